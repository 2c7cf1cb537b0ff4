import type { Instrument } from '../../protocol/instrument.ts';
import type { InstrumentIndex, VenueId } from '../../protocol/units.ts';
import type { Feeds } from '../feeds/feeds.ts';
import { QuarantineList, type QuarantineListParts, type Quarantines } from '../people/quarantine-list.ts';
import type { Publisher } from './publisher.ts';

export interface QuarantineWiring extends Pick<QuarantineListParts, 'clock' | 'log'> {
  /** Of earlier runs. */
  readonly before: Quarantines;
  /** All that are known now, by index. */
  readonly instruments: () => readonly Instrument[];
}

/** What people quarantined: the gate asks, feeds and consoles are told. */
export function wireQuarantines({ before, instruments, ...parts }: QuarantineWiring) {
  const instrument: QuarantineListParts['instrument'] = ({ venue, symbol }) =>
    instruments().find((one) => one.venue === venue && one.symbol === symbol);
  const list = new QuarantineList({ ...parts, instrument }, before);
  return {
    list,
    /** What nobody lists is no reference either. */
    has: (index: InstrumentIndex): boolean => {
      const one = instruments()[index];
      return one === undefined || list.has(one);
    },
    /** Before the feeds start. */
    tell: (feeds: Pick<Feeds, 'distrust'>, venues: readonly VenueId[], publisher: Publisher): void => {
      const distrust = (venue: VenueId): void => feeds.distrust(venue, list.symbolsOf(venue));
      for (const venue of venues) distrust(venue);
      list.onChange((venue) => {
        distrust(venue);
        publisher.publish({ type: 'quarantines', quarantines: list.list() });
      });
    },
  };
}
