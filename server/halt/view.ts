import type { HaltView } from '../../protocol/halt.ts';
import type { Gate } from '../gate/gate.ts';
import type { HaltState } from './state.ts';

/** The halt as consoles see it; the gate's own state beside what was asked of it. */
export function viewOf(state: HaltState, gate: Pick<Gate, 'isOpen' | 'refusedSinceClosed'>): HaltView {
  const halted = state.phase !== 'trading';
  return {
    phase: state.phase,
    level: 'L3',
    scope: 'firm',
    gateOpen: gate.isOpen(),
    haltId: state.haltId,
    cause: state.cause,
    pressedAt: state.pressedAt,
    gateClosedAt: state.gateClosedAt,
    factorBy: state.factorBy,
    factorAt: state.factorAt,
    confirmedAt: state.confirmedAt,
    venues: state.venues.map(({ zeros: _zeros, ...venue }) => ({ ...venue, blockedAt: state.gateClosedAt })),
    refusedSince: halted ? gate.refusedSinceClosed() : 0,
    releasedBy: state.releasedBy,
    releasedAt: state.releasedAt,
  };
}
