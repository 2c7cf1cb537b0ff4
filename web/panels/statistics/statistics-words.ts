import { IMBALANCE_SECONDS, VOLATILITY_SECONDS, VPIN_BUCKETS } from '../../../protocol/statistics.ts';
import { formatPrice, formatSize, sizeUnit, type Instrument } from '../../../protocol/instrument.ts';
import type { Lots, Ticks } from '../../../protocol/units.ts';
import type { MarkView, StatisticsView } from '../../stream/port.ts';
import { formatAge, grouped, plural, utcTime } from '../../ui/format.ts';

/** One statistic as a person reads it. */
export interface Reading {
  readonly name: string;
  /** `not known` when there is nothing to show. */
  readonly value: string;
  readonly unit: string;
  /** What the value rests on. */
  readonly basis: string;
  readonly howToRead: string;
  /** Whether it is only the last that is known; left out: as old as its instrument is. */
  readonly isOld?: boolean;
}

const SECONDS_A_YEAR = 365 * 86_400;
const UNKNOWN = 'not known';

/** `view` undefined: nothing came of this instrument yet. `now`: µs, server's clock. */
export function readings(instrument: Instrument, view: StatisticsView | undefined, now: number): Reading[] {
  const mark = view?.mark ? [markReading(instrument, view.mark, now)] : [];
  return [...mark, volatility(view), imbalance(instrument, view), vpin(instrument, view)];
}

function markReading(instrument: Instrument, mark: MarkView, now: number): Reading {
  const price = (ticks: number): string => grouped(formatPrice(ticks as Ticks, instrument));
  const isOld = mark.state !== 'live';
  const parts = [
    isOld ? OLD_MARKS[mark.state] : null,
    mark.at === null ? null : `told ${formatAge((now - mark.at) / 1000)} ago`,
    mark.index === null ? null : `index ${price(mark.index)}`,
    mark.fundingRate === null ? null : fundingText(mark.fundingRate, mark.nextFundingAt),
  ];
  return {
    name: 'Mark and funding',
    value: mark.price === null ? UNKNOWN : price(mark.price),
    unit: mark.price === null ? '' : instrument.quote,
    basis: parts.filter((part) => part !== null).join(' · '),
    howToRead:
      'What the venue itself values a position at, and so liquidates by. With a funding above 0 who is long pays who is short at the time named; below 0 the reverse.',
    isOld,
  };
}

/** Why a mark is not of now. */
const OLD_MARKS: Readonly<Record<Exclude<MarkView['state'], 'live'>, string>> = {
  never: UNKNOWN,
  quiet: 'last known',
  stale: 'last known: the venue’s marks do not come',
  resyncing: 'last known',
  ended: 'last of the recording',
  quarantined: 'quarantined with its instrument',
};

function fundingText(rate: number, at: number | null): string {
  // 10^-8 as percent, to the last digit that venues tell.
  const percent = signed((Math.abs(rate) / 1e6).toFixed(4), rate);
  return `funding ${percent} %${at === null ? '' : ` at ${utcTime(at)}`}`;
}

function volatility(view: StatisticsView | undefined): Reading {
  const value = view?.volatility ?? null;
  const returns = `${view?.returns ?? 0} of ${VOLATILITY_SECONDS} returns of 1 s`;
  return {
    name: 'Realised volatility',
    value: value === null ? UNKNOWN : `${(value * Math.sqrt(SECONDS_A_YEAR) * 100).toFixed(1)} %`,
    unit: value === null ? '' : 'a year',
    basis: value === null ? returns : `${(value * Math.sqrt(60) * 1e4).toFixed(2)} bp a minute · ${returns}`,
    howToRead:
      'How far the mid moved from second to second in the last five minutes, as if it went on for a year. Compare it with itself: twice its usual value means twice the usual moves.',
  };
}

function imbalance(instrument: Instrument, view: StatisticsView | undefined): Reading {
  const lots = view?.imbalance ?? null;
  const changes = `${plural(view?.changes ?? 0, 'change')} of the best prices in ${IMBALANCE_SECONDS} s`;
  const depth = view?.depth ?? null;
  const times = lots === null || depth === null || depth === 0 ? null : lots / depth;
  return {
    name: 'Order-flow imbalance',
    value: lots === null ? UNKNOWN : signed(sizeText(lots, instrument), lots),
    unit: lots === null ? '' : sizeUnit(instrument),
    basis:
      times === null
        ? changes
        : `${signed(Math.abs(times).toFixed(1), times)} × the mean best size · ${changes}`,
    howToRead:
      'What came to the bid and left the ask, less the opposite, at the best prices. Plus pushes the price up, minus down; several times the mean best size is a one-sided market.',
  };
}

function vpin(instrument: Instrument, view: StatisticsView | undefined): Reading {
  const value = view?.vpin ?? null;
  const bucket =
    view && view.bucketLots > 0 ? ` of ${sizeText(view.bucketLots, instrument)} ${sizeUnit(instrument)}` : '';
  return {
    name: 'VPIN',
    value: value === null ? UNKNOWN : value.toFixed(2),
    unit: value === null ? '' : 'of 1',
    basis:
      bucket === ''
        ? 'needs ten whole minutes of volume'
        : `${view?.buckets ?? 0} of ${VPIN_BUCKETS} full buckets${bucket}`,
    howToRead:
      'Share of the traded volume that had no counterpart in the other direction, over buckets of equal volume. Towards 1 those who take know where they go, and quotes are run over.',
  };
}

function sizeText(lots: number, instrument: Instrument): string {
  return grouped(formatSize(Math.round(Math.abs(lots)) as Lots, instrument));
}

const signed = (text: string, value: number): string =>
  value > 0 ? `+${text}` : value < 0 ? `−${text}` : text;
