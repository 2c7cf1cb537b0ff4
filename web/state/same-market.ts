import { sizeUnit, type Instrument } from '../../protocol/instrument.ts';
import { tickOf } from '../ui/price.ts';

/** One venue's instrument, and what its ticks and lots are in the units that all of the market share. */
export interface MarketMember {
  readonly instrument: Instrument;
  /** Units of 10^-priceDecimals a tick, of 10^-sizeDecimals a lot. */
  readonly unitsATick: bigint;
  readonly unitsALot: bigint;
}

/** What several venues list alike, so that their prices and sizes are comparable to the last digit. */
export interface SameMarket {
  readonly name: string;
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
  /** One a venue, by its name: which was listed first is chance. */
  readonly members: readonly MarketMember[];
}

/**
 * By instrument index, the market that it shares with other venues; those of one venue only are not in
 * it. Name, base and quote must be the same: BTC-USD is not BTC-USDT, a perpetual is not its spot. Sizes
 * in contracts are worth what each venue says, so they are comparable with nothing.
 */
export function sameMarkets(instruments: readonly Instrument[]): ReadonlyMap<number, SameMarket> {
  const byKey = new Map<string, Instrument[]>();
  for (const instrument of instruments) {
    if (sizeUnit(instrument) !== instrument.base) continue;
    const key = `${instrument.name} ${instrument.base} ${instrument.quote}`;
    const alike = byKey.get(key) ?? [];
    if (alike.every(({ venue }) => venue !== instrument.venue)) byKey.set(key, [...alike, instrument]);
  }
  const markets = new Map<number, SameMarket>();
  for (const alike of byKey.values()) {
    if (alike.length < 2) continue;
    const market = marketOf(alike);
    for (const { index } of alike) markets.set(index, market);
  }
  return markets;
}

function marketOf(alike: readonly Instrument[]): SameMarket {
  const steps = alike.map((instrument) => ({
    instrument,
    tick: tickOf(instrument),
    lot: tickOf({ priceScale: instrument.sizeScale, tickStep: instrument.lotStep }),
  }));
  const priceDecimals = Math.max(...steps.map(({ tick }) => tick.decimals));
  const sizeDecimals = Math.max(...steps.map(({ lot }) => lot.decimals));
  return {
    name: alike[0]?.name ?? '',
    priceDecimals,
    sizeDecimals,
    members: steps.toSorted(byVenue).map(({ instrument, tick, lot }) => ({
      instrument,
      unitsATick: BigInt(tick.step) * 10n ** BigInt(priceDecimals - tick.decimals),
      unitsALot: BigInt(lot.step) * 10n ** BigInt(sizeDecimals - lot.decimals),
    })),
  };
}

interface Listed {
  readonly instrument: Pick<Instrument, 'venue'>;
}

const byVenue = (a: Listed, b: Listed): number => (a.instrument.venue < b.instrument.venue ? -1 : 1);
