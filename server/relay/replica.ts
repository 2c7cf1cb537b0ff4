/** The relay's copy of the control state: what a console that comes now must be told first. */
import { applyChange } from '../../protocol/fold.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { ControlChange, ControlState, ServerMessage } from '../../protocol/messages.ts';
import { refuse, ok, type Result } from '../../protocol/result.ts';
import type { SessionView } from '../../protocol/session.ts';

export class Replica {
  #current: { readonly epoch: string; readonly seq: number; readonly state: ControlState } | null = null;

  get instruments(): readonly Instrument[] {
    return this.#current?.state.instruments ?? [];
  }
  get isReady(): boolean {
    return this.#current !== null;
  }

  replace(epoch: string, seq: number, state: ControlState): void {
    this.#current = { epoch, seq, state };
  }

  /** The change as consoles get it. Refused when one before it is missing: the copy is then wrong. */
  apply(seq: number, change: ControlChange): Result<ServerMessage> {
    const current = this.#current;
    if (!current) return refuse('no-state', `Change ${seq} came before any state.`);
    if (seq !== current.seq + 1) {
      return refuse('gap', `Change ${seq} came after change ${current.seq}.`);
    }
    this.#current = { epoch: current.epoch, seq, state: applyChange(current.state, change) };
    return ok({ type: 'change', epoch: current.epoch, seq, change });
  }

  snapshot(session: SessionView): ServerMessage | null {
    return this.#current && { type: 'snapshot', session, ...this.#current };
  }
}
