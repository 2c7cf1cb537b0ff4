import type { VenueId } from '../../protocol/units.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { VenueAdapter, VenueEvent, VenueOrder, VenueRefusal, VenueResult } from '../venues/types.ts';
import { LookBudget } from './look-budget.ts';
import type { VenueReport } from './machine.ts';

/** What the halt asks of the desk; it takes no order for an answer. */
export interface DeskPort {
  /** Symbols in which we know of open orders. */
  openSymbols(venue: VenueId): readonly string[];
  /** Orders of ours that were sent and not answered: they may still arrive. */
  inFlight(venue: VenueId): number;
  isOurs(clientOrderId: string): boolean;
  /** Gives what was read of a venue to the desk too; `askedAt` in monotonic µs. */
  takeSnapshot(venue: VenueAdapter, open: readonly VenueOrder[], askedAt: number): void;
}

export interface VenueLoopOptions {
  readonly venue: VenueAdapter;
  readonly desk: DeskPort;
  readonly clock: Clock;
  readonly report: (report: VenueReport) => void;
  /** Whether this venue is confirmed at zero, as the halt's state has it. */
  readonly confirmed: () => boolean;
}

/** What one look came to. `read`: the venue told its open orders; `zero`: none, and none can arrive. */
interface Round {
  readonly read: boolean;
  readonly zero: boolean;
  /** Nothing is open, and orders of ours are on their way: nothing to ask the venue before they are told. */
  readonly waits: boolean;
  readonly retryAfterMs: number | null;
}

/** A cancel that hangs holds the next re-read up no longer than this. */
const ROUND_MS = 750;
const RETRY_MS = [0, 50, 100, 200, 400, 800, 1600, 2000] as const;
/** Our own budget is looked at again no later than this: single cancels may still fit. */
const BUDGET_RETRY_MS = 1000;
/** How often our own desk, not the venue, is looked at for orders in flight. */
const TOLD_MS = 25;
/** Re-reads of a confirmed venue: close together while orders in flight may still arrive, then calmer. */
const WATCH_MS = 1000;
const CALM_WATCH_MS = 3000;
const WATCHED_CLOSELY_MS = 5000;

/**
 * One venue's part of a halt, on its own so that a venue that hangs holds up no other: cancel all,
 * re-read, again until zero; then keep looking. Runs until stopped.
 */
export class VenueLoop {
  readonly #options: VenueLoopOptions;
  #stopped = false;
  #stopListening: (() => void) | null = null;
  #wake: (() => void) | null = null;
  #confirmedSince: number | null = null;
  readonly #looks = new LookBudget();
  readonly #cancelling = new Map<string, { again: boolean }>();

  constructor(options: VenueLoopOptions) {
    this.#options = options;
  }

  start(): void {
    const { venue } = this.#options;
    this.#stopListening = venue.onEvent((event) => this.#event(event));
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#stopListening?.();
    this.#wake?.();
  }

  /** Ends a pause between two rounds. */
  nudge(): void {
    this.#wake?.();
  }

  #event(event: VenueEvent): void {
    if (event.kind === 'order') {
      const { state } = event.order;
      if (state !== 'working' && state !== 'partially-filled') return;
      this.#options.report({ kind: 'appeared', venue: this.#options.venue.id });
      void this.#cancelNow(event.order.symbol);
    } else if (event.kind === 'stream' && event.up) {
      this.nudge();
    }
  }

  /**
   * Cancels what was told to be open, without a look first: a look costs 80 times as much, and a
   * foreign program that goes on ordering would spend the halt's own budget with them. One at a time
   * for each symbol; then the loop looks.
   */
  async #cancelNow(symbol: string): Promise<void> {
    const { venue, report } = this.#options;
    const running = this.#cancelling.get(symbol);
    if (running) {
      running.again = true;
      return;
    }
    const mine = { again: true };
    this.#cancelling.set(symbol, mine);
    while (mine.again) {
      mine.again = false;
      report({ kind: 'sent', venue: venue.id });
      const failed = await venue.cancelAll(symbol, 'halt').then(
        (answer) => (answer.ok ? null : answer.error.sentence),
        () => "The venue's adapter failed.",
      );
      if (this.#stopped) return;
      if (failed === null) report({ kind: 'acknowledged', venue: venue.id });
      else {
        this.#trouble(failed);
        break;
      }
    }
    this.#cancelling.delete(symbol);
    this.nudge();
  }

  async #run(): Promise<void> {
    let blind = true;
    let unconfirmed = 0;
    while (!this.#stopped) {
      const waitMs = this.#looks.take(this.#options.clock.monotonicMicros());
      if (waitMs > 0) {
        await this.#sleep(waitMs, false);
        continue;
      }
      const round: Round = await this.#round(blind).catch((error: unknown): Round => {
        // An adapter that throws is a defect; the halt goes on and says so.
        this.#trouble(`The venue's adapter failed: ${error instanceof Error ? error.message : 'unknown'}.`);
        return { read: false, zero: false, waits: false, retryAfterMs: null };
      });
      blind = !round.read;
      unconfirmed = this.#options.confirmed() ? 0 : unconfirmed + 1;
      await this.#pause(round, unconfirmed);
    }
  }

  /** One look at the venue and the cancels that it calls for. `blind`: nothing is known of it yet. */
  async #round(blind: boolean): Promise<Round> {
    const { venue, desk, clock, report } = this.#options;
    const askedAt = clock.monotonicMicros();
    const reading = venue.openOrders('halt');
    const cancels = new Map<string, Promise<VenueResult<number>>>();
    const cancel = (symbol: string): void => {
      if (!cancels.has(symbol)) cancels.set(symbol, venue.cancelAll(symbol, 'halt'));
    };
    if (blind) {
      // What we know of goes at once, beside the first look.
      for (const symbol of desk.openSymbols(venue.id)) cancel(symbol);
      if (cancels.size > 0) report({ kind: 'sent', venue: venue.id });
    }
    const open = await reading;
    if (this.#stopped) return { read: false, zero: false, waits: false, retryAfterMs: null };
    if (open.ok) {
      const foreign = open.value.filter((order) => !desk.isOurs(order.clientOrderId)).length;
      desk.takeSnapshot(venue, open.value, askedAt);
      const inFlight = desk.inFlight(venue.id);
      report({ kind: 'reread', venue: venue.id, open: open.value.length, foreign, inFlight });
      const before = cancels.size;
      for (const order of open.value) cancel(order.symbol);
      if (cancels.size > before && (!blind || before === 0)) report({ kind: 'sent', venue: venue.id });
      const refused = await this.#outcome(cancels.values());
      // Without a look we don't know what else there is to cancel, so only here all can have been taken.
      if (refused !== null) this.#trouble(refused.sentence);
      else if (cancels.size > 0) report({ kind: 'acknowledged', venue: venue.id });
      const isEmpty = open.value.length === 0;
      const zero = isEmpty && inFlight === 0;
      return { read: true, zero, waits: isEmpty && !zero, retryAfterMs: retryAfter(refused) };
    }
    const refused = await this.#outcome(cancels.values());
    this.#trouble(open.error.sentence);
    const retryAfterMs = retryAfter(open.error) ?? retryAfter(refused);
    return { read: false, zero: false, waits: false, retryAfterMs };
  }

  /** The worst refusal, null when every cancel was taken; what is not answered in time is a refusal too. */
  async #outcome(cancels: Iterable<Promise<VenueResult<number>>>): Promise<VenueRefusal | null> {
    let stopTimer: Cancel = () => undefined;
    const late = new Promise<null>((resolve) => {
      stopTimer = this.#options.clock.setTimer(ROUND_MS, () => resolve(null));
    });
    const results = await Promise.race([Promise.all(cancels), late]);
    stopTimer();
    if (results === null) {
      const sentence = `Cancels were not answered within ${ROUND_MS} ms; they are sent again.`;
      return { code: 'no-answer', sentence, executed: 'perhaps', retryAfterMs: null };
    }
    let worst: VenueRefusal | null = null;
    for (const result of results) {
      if (!result.ok && (worst?.retryAfterMs ?? -1) < (result.error.retryAfterMs ?? 0)) worst = result.error;
    }
    return worst;
  }

  async #pause({ zero, waits, retryAfterMs }: Round, unconfirmed: number): Promise<void> {
    if (this.#stopped) return;
    // Asking while the venue blocks us makes the block longer: no nudge ends this pause.
    if (retryAfterMs !== null) return this.#sleep(retryAfterMs, false);
    if (unconfirmed === 0) return this.#sleep(this.#watchMs(), true);
    this.#confirmedSince = null;
    // The second look that confirms a zero follows at once.
    if (zero) return;
    const pauseMs = RETRY_MS[Math.min(unconfirmed, RETRY_MS.length) - 1] ?? 2000;
    if (waits) await this.#untilTold(pauseMs);
    else await this.#sleep(pauseMs, true);
  }

  /** As long, but no longer than until the desk knows what became of our orders in flight. */
  async #untilTold(ms: number): Promise<void> {
    const { clock, desk, venue } = this.#options;
    const end = clock.monotonicMicros() + ms * 1000;
    while (!this.#stopped && desk.inFlight(venue.id) > 0) {
      const leftMs = (end - clock.monotonicMicros()) / 1000;
      if (leftMs <= 0) return;
      await this.#sleep(Math.min(leftMs, TOLD_MS), true);
    }
  }

  #watchMs(): number {
    const now = this.#options.clock.monotonicMicros();
    this.#confirmedSince ??= now;
    return (now - this.#confirmedSince) / 1000 < WATCHED_CLOSELY_MS ? WATCH_MS : CALM_WATCH_MS;
  }

  #sleep(ms: number, interruptible: boolean): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#options.clock.setTimer(ms, done);
      const wake = (): void => {
        if (!interruptible && !this.#stopped) return;
        cancel();
        done();
      };
      const stop = (): void => void (this.#wake = null);
      function done(): void {
        stop();
        resolve();
      }
      this.#wake = wake;
    });
  }

  #trouble(sentence: string): void {
    this.#options.report({ kind: 'trouble', venue: this.#options.venue.id, sentence });
  }
}

function retryAfter(refusal: VenueRefusal | null): number | null {
  if (refusal === null || refusal.retryAfterMs === null) return null;
  return refusal.code === 'budget' ? Math.min(refusal.retryAfterMs, BUDGET_RETRY_MS) : refusal.retryAfterMs;
}
