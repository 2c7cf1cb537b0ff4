/** The statistics on their way from a venue's feed to the consoles. */
import { decodeFrame } from '../../protocol/frame.ts';
import { readStatistics } from '../../protocol/statistics.ts';
import type { VenueFrame } from './port.ts';

/**
 * A venue's frame with its instruments numbered as in the list of all. null: it is no such frame, a
 * fault of ours; the next one comes in seconds.
 */
export function ofAll({ first, bytes: ofVenue }: VenueFrame): Uint8Array | null {
  // Its columns are written in place.
  const bytes = ofVenue.slice();
  const frame = decodeFrame(bytes);
  if (!frame.ok || frame.value.kind !== 'statistics') return null;
  for (const section of frame.value.sections) {
    const read = readStatistics(section);
    if (!read.ok) return null;
    const { instrument } = read.value.rows;
    for (let row = 0; row < instrument.length; row++) instrument[row] = (instrument[row] ?? 0) + first;
  }
  return bytes;
}
