import type { ControlState } from '../../../protocol/messages.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { InstrumentIndex, Lots, VenueId } from '../../../protocol/units.ts';

/** A control state with so many instruments and nothing going on. */
export function controlState(instruments: number): ControlState {
  return {
    profile: 'demo',
    origins: { data: 'SIM', orders: 'SIM' },
    serverVersion: '0.1.0',
    instruments: Array.from({ length: instruments }, (_, index) => instrument(index)),
    orders: [],
    positions: [],
    fills: [],
    limits: [],
    halt: {
      phase: 'trading',
      level: 'L3',
      scope: 'firm',
      gateOpen: true,
      haltId: null,
      cause: null,
      pressedAt: null,
      gateClosedAt: null,
      factorBy: null,
      factorAt: null,
      confirmedAt: null,
      venues: [],
      refusedSince: 0,
      releasedBy: null,
      releasedAt: null,
    },
    alarms: [],
    health: [],
    feeds: [],
    accounts: ['sim' as VenueId],
    quarantines: [],
    replay: null,
  };
}

function instrument(index: number): Instrument {
  return {
    index: index as InstrumentIndex,
    venue: 'sim' as VenueId,
    symbol: `S${index}USDT`,
    name: `S${index}-USDT`,
    base: `S${index}`,
    quote: 'USDT',
    priceScale: 2,
    tickStep: 1,
    sizeScale: 5,
    lotStep: 1,
    minLots: 1 as Lots,
    maxLots: 1_000_000 as Lots,
    minNotional: '0',
  };
}
