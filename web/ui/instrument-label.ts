import type { Instrument } from '../../protocol/instrument.ts';

type Named = Pick<Instrument, 'name' | 'venue'>;

/** Whether a venue's name tells instruments apart: where all are of one venue, it is noise. */
export const haveSeveralVenues = (instruments: readonly Named[]): boolean =>
  instruments.some(({ venue }) => venue !== instruments[0]?.venue);

/** `BTC-USDT`, and `BTC-USDT · kraken` where several venues are listed. */
export const instrumentLabel = ({ name, venue }: Named, several: boolean): string =>
  several ? `${name} · ${venue}` : name;

/** Whether all words of the text are in its name or its venue. */
export function isFound({ name, venue }: Named, text: string): boolean {
  const where = `${name} ${venue}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => where.includes(word));
}
