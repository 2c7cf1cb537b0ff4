import type { Reply } from '../../protocol/commands.ts';
import type { HaltView } from '../../protocol/halt.ts';
import type { Result } from '../../protocol/result.ts';
import type { HaltId, Micros } from '../../protocol/units.ts';
import { askedBy, type Who } from '../audit/who.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { AuditEntry, AuditPort } from '../gate/audit-port.ts';
import type { Gate } from '../gate/gate.ts';
import type { VenueAdapter } from '../venues/types.ts';
import { DEADLINE_MS, report, request, type HaltRequest, type VenueReport } from './machine.ts';
import { recordedHalt, resumedState } from './record.ts';
import { cancelling, tradingState, type HaltState, type VenueName } from './state.ts';
import { VenueLoop, type DeskPort } from './venue-loop.ts';
import { viewOf } from './view.ts';

export type { HaltRequest } from './machine.ts';

export interface HaltOptions {
  readonly gate: Gate;
  readonly venues: readonly VenueAdapter[];
  readonly desk: DeskPort;
  readonly audit: Pick<AuditPort, 'appendNow'>;
  readonly clock: Clock;
}

/**
 * The halt of the firm: the machine's decisions carried out. Who asks and their factor were checked
 * before; nothing here waits for the log, a console or another venue.
 */
export class Halt {
  readonly #options: HaltOptions;
  readonly #names: readonly VenueName[];
  readonly #listeners = new Set<(view: HaltView) => void>();
  #state: HaltState;
  #loops: VenueLoop[] = [];
  #stopDeadline: Cancel | null = null;
  #waiting: (() => void)[] = [];

  constructor(options: HaltOptions) {
    this.#options = options;
    this.#names = options.venues.map(({ id, name, hasDeadMan }) => ({ venue: id, name, hasDeadMan }));
    this.#state = tradingState(this.#names);
  }

  /**
   * Takes up where the last run was, before the gate's lock `starting` is taken off. `last`: the
   * `details.state` of the log's last record whose action starts with `halt.`, undefined when there
   * is none. `crash`: why the
   * last run did not end cleanly, in a sentence; null after a clean stop or at the first start.
   */
  resume(last: unknown, crash: string | null): void {
    const now = this.#options.clock.wallMicros();
    this.#state = resumedState(last, crash, this.#names, now);
    if (this.#state.phase === 'trading') {
      this.#changed();
      return;
    }
    this.#closeGate();
    if (cancelling(this.#state.phase)) this.#startCancelling();
    this.#record('resume', null, { reason: crash });
    this.#changed();
  }

  /** Closes the gate in this tick, before anything is written. `arrivedAt`: when the command came in. */
  press(haltId: HaltId, who: Who, reason: string, arrivedAt?: Micros): Reply {
    return this.#ask({ kind: 'press', haltId, by: who.user, reason }, who, reason, arrivedAt);
  }

  /** Resolves when every venue is confirmed at zero, or at the deadline with what remains. */
  async cancelAll(haltId: HaltId, who: Who): Promise<Reply> {
    const reply = this.#ask({ kind: 'cancel-all', haltId, by: who.user }, who, null);
    if (!reply.ok) return reply;
    while (this.#state.phase === 'cancelling') {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const at = this.#options.clock.wallMicros();
    if (this.#state.phase !== 'residual') {
      return { ok: true, sentence: 'Every venue shows zero open orders.', at, orderId: null };
    }
    const left = this.#state.venues.filter((venue) => venue.confirmedZeroAt === null);
    const names = left.map(({ name, openOrders }) => `${name} (${openOrders ?? 'unknown'})`).join(', ');
    const sentence = `Not confirmed at zero in time: ${names}. Cancelling goes on.`;
    return { ok: false, code: 'residual', sentence, rule: null };
  }

  /** Opens the gate again while nothing was cancelled; for the person who pressed. */
  takeBack(haltId: HaltId, who: Who, reason: string): Reply {
    return this.#ask({ kind: 'take-back', haltId, by: who.user }, who, reason);
  }

  /** Back to trading; for another person than the presser, once every venue is confirmed at zero. */
  release(haltId: HaltId, who: Who, reason: string): Reply {
    return this.#ask({ kind: 'release', haltId, by: who.user }, who, reason);
  }

  /**
   * What this request would be answered in this tick: nothing changes, nothing is recorded. Asked
   * before a factor is spent, so that a code is not lost on what would be refused anyway.
   */
  wouldAccept(asked: HaltRequest): Result<string> {
    return request(this.#state, asked, this.#options.clock.wallMicros()).answer;
  }

  view(): HaltView {
    return viewOf(this.#state, this.#options.gate);
  }

  /** Told at once, in the tick of the change. */
  onChange(listener: (view: HaltView) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends the loops; the state in the log stays as it is. */
  stop(): void {
    this.#stopLoops();
  }

  #ask(asked: HaltRequest, who: Who, reason: string | null, arrivedAt?: Micros): Reply {
    const { clock, gate } = this.#options;
    const before = this.#state;
    const step = request(before, asked, arrivedAt ?? clock.wallMicros());
    this.#state = step.state;
    for (const effect of step.effects) {
      if (effect.kind === 'close-gate') this.#closeGate();
      else if (effect.kind === 'start-cancelling') this.#startCancelling();
      else {
        this.#stopLoops();
        gate.open('halt');
      }
    }
    const { answer } = step;
    this.#record(asked.kind, who, { reason, refused: answer.ok ? null : answer.error.code, before });
    if (step.state !== before) this.#changed();
    if (!answer.ok)
      return { ok: false, code: answer.error.code, sentence: answer.error.sentence, rule: null };
    return { ok: true, sentence: answer.value, at: clock.wallMicros(), orderId: null };
  }

  #closeGate(): void {
    const { gate, clock } = this.#options;
    gate.close('halt', 'Trading is halted: no order leaves.');
    if (this.#state.gateClosedAt === null) this.#state = { ...this.#state, gateClosedAt: clock.wallMicros() };
  }

  #startCancelling(): void {
    const { clock, desk, venues } = this.#options;
    this.#stopLoops();
    this.#stopDeadline = clock.setTimer(DEADLINE_MS, () => this.#report({ kind: 'deadline' }));
    this.#loops = venues.map(
      (venue) =>
        new VenueLoop({
          venue,
          desk,
          clock,
          report: (seen) => this.#report(seen),
          confirmed: () => typeof this.#row(venue)?.confirmedZeroAt === 'number',
        }),
    );
    for (const loop of this.#loops) loop.start();
  }

  #stopLoops(): void {
    this.#stopDeadline?.();
    this.#stopDeadline = null;
    for (const loop of this.#loops.splice(0)) loop.stop();
  }

  #row(venue: VenueAdapter): HaltState['venues'][number] | undefined {
    return this.#state.venues.find((row) => row.venue === venue.id);
  }

  #report(seen: VenueReport): void {
    const before = this.#state;
    this.#state = report(before, seen, this.#options.clock.wallMicros());
    if (this.#state === before) return;
    if (this.#state.phase !== before.phase) this.#record('progress', null, { before });
    this.#changed();
  }

  /** Every entry carries the whole state, so that the last one is enough for a restart. */
  #record(action: string, who: Who | null, more: Recorded): void {
    const { reason = null, refused = null, before } = more;
    const venues = this.#state.venues.map((venue) => ({ ...venue }));
    const hasChanged = before !== undefined && before.phase !== this.#state.phase;
    this.#options.audit.appendNow({
      ...(who === null ? { actor: 'server' } : askedBy(who)),
      action: `halt.${action}`,
      scope: 'firm',
      details: { refused, state: recordedHalt(this.#state), venues },
      ...(reason === null ? {} : { reason }),
      ...(hasChanged ? { before: phaseOf(before), after: phaseOf(this.#state) } : {}),
    });
  }

  #changed(): void {
    const view = this.view();
    for (const wake of this.#waiting.splice(0)) wake();
    for (const listener of this.#listeners) listener(view);
  }
}

interface Recorded {
  readonly reason?: string | null;
  readonly refused?: string | null;
  /** The state before; given where a person or a venue may have changed it. */
  readonly before?: HaltState;
}

const phaseOf = ({ phase, haltId }: HaltState): NonNullable<AuditEntry['before']> => ({ phase, haltId });
