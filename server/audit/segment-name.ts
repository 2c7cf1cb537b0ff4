const NAME = /^segment-(\d{16})\.log$/;

/** A segment is named by its first record's sequence. */
export const segmentName = (firstSequence: number): string =>
  `segment-${String(firstSequence).padStart(16, '0')}.log`;

/** The first sequence that a segment's name says; null for another file. */
export function firstSequenceOf(name: string): number | null {
  const [, digits] = NAME.exec(name) ?? [];
  return digits === undefined ? null : Number(digits);
}
