import type { Instrument } from '../../protocol/instrument.ts';
import type { Dialect } from '../../server/feeds/dialect.ts';
import type { PlainChecksum } from './checksum.ts';
import type { Checksum, PlainReader } from './plain.ts';
import type { RecordedFrames } from './recorded.ts';

/** A venue's recorded frames, and how its peers read them. A dialect joins by an entry in `venues/index.ts`. */
export interface RecordedVenue {
  readonly dialect: Dialect;
  readonly read: () => RecordedFrames | Promise<RecordedFrames>;
  /** The same work by `JSON.parse`. */
  readonly plain: (instrument: Instrument, checksum: Checksum) => PlainReader;
  readonly ccxt: CcxtName;
  /** Of a venue that sends a checksum with its books. */
  readonly checksum?: PlainChecksum;
}

/** ccxt's class of a venue, and what it calls the instrument. */
export interface CcxtName {
  readonly id: string;
  readonly symbol: string;
  readonly url: string;
  /** Of a contract, in its base or quote. */
  readonly contractSize?: number;
}
