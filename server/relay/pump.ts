/** Sends market frames and heartbeats when they are due. The only owner of the relay's frame timer. */
import { FrameWriter } from '../../protocol/frame.ts';
import type { Origin } from '../../protocol/origin.ts';
import type { Cancel, Clock } from '../clock.ts';
import { encodeBatch } from './batch.ts';
import { wireFrame, type Console, type MarketSubscription } from './console.ts';
import { groupMembers } from './groups.ts';
import type { Market } from './market.ts';
import { HEARTBEAT_HZ, isDue, microsToNext } from './schedule.ts';
import type { Window } from './stats.ts';

/** Often enough for 20, 4 and 1 Hz; 60 only while someone wants it. */
const USUAL_HZ = 20;

export interface PumpParts {
  readonly clock: Clock;
  readonly market: Market;
  readonly consoles: ReadonlySet<Console>;
  readonly origin: Origin;
  readonly window: Window;
  readonly instruments: () => number;
  /** Called when a console's market subscription ended for want of credit. */
  readonly paused: (console: Console) => void;
}

export class Pump {
  readonly #parts: PumpParts;
  readonly #writer = new FrameWriter();
  readonly #caughtUp = new Set<Console>();
  #turnedAt: number;
  #cancel: Cancel | null = null;
  #flush: NodeJS.Immediate | null = null;

  constructor(parts: PumpParts) {
    this.#parts = parts;
    this.#turnedAt = parts.clock.monotonicMicros();
  }

  start(): void {
    this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    if (this.#flush) clearImmediate(this.#flush);
  }

  /**
   * A console that had run out of credit has applied all it was sent: it gets the newest state now,
   * not at its next turn. Those of one turn of the event loop share a tick.
   */
  catchUp(console: Console): void {
    this.#caughtUp.add(console);
    this.#flush ??= setImmediate(() => {
      this.#flush = null;
      const ready = [...this.#caughtUp].filter((each) => this.#parts.consoles.has(each));
      this.#caughtUp.clear();
      this.#send(ready);
    });
  }

  /** The next turn may be needed sooner than armed: someone now wants 60 Hz. */
  rearm(): void {
    this.#cancel?.();
    this.#arm();
  }

  #arm(): void {
    const { clock, consoles } = this.#parts;
    let hz = USUAL_HZ;
    for (const console of consoles) hz = Math.max(hz, console.flow.hz);
    const wait = microsToNext(hz, clock.monotonicMicros());
    // Timers count whole milliseconds: a little late is due, a little early would not be.
    this.#cancel = clock.setTimer(Math.ceil(wait / 1000), () => this.#turn());
  }

  #turn(): void {
    const before = this.#turnedAt;
    const now = this.#parts.clock.monotonicMicros();
    this.#turnedAt = now;
    const due: Console[] = [];
    for (const console of this.#parts.consoles) {
      const { hz } = console.flow;
      if (hz > 0 && isDue(hz, before, now)) due.push(console);
    }
    this.#send(due);
    if (isDue(HEARTBEAT_HZ, before, now)) this.#heartbeat();
    this.#review();
    this.#arm();
  }

  #send(consoles: readonly Console[]): void {
    const { clock, market, origin, window } = this.#parts;
    const now = clock.monotonicMicros() / 1000;
    const members: MarketSubscription[] = [];
    for (const console of consoles) {
      if (console.market && console.flow.due(now)) members.push(console.market);
    }
    if (members.length === 0) return;
    const tick = market.begin(this.#parts.instruments());
    const wall = (): ReturnType<Clock['wallMicros']> => clock.wallMicros();
    for (const { channels, base, members: group } of groupMembers(members)) {
      const bytes = encodeBatch(this.#writer, market, channels, base, tick, origin, wall);
      const frame = bytes && wireFrame(bytes);
      for (const member of group) {
        member.base = tick;
        if (!frame) continue;
        member.console.sendFrame(frame, now);
        window.countFrame(frame.bytes.byteLength);
      }
    }
  }

  #heartbeat(): void {
    const { clock, consoles, origin, window } = this.#parts;
    if (consoles.size === 0) return;
    const beat = wireFrame(this.#writer.begin('heartbeat', origin).finish(clock.wallMicros()));
    for (const console of [...consoles]) {
      console.sendAlways(beat);
      window.countFrame(beat.bytes.byteLength);
    }
  }

  #review(): void {
    const now = this.#parts.clock.monotonicMicros() / 1000;
    for (const console of [...this.#parts.consoles]) {
      const change = console.flow.review(now);
      if (change === null) continue;
      if (change === 'paused') {
        this.#parts.paused(console);
        console.say({ type: 'market-paused', sentence: PAUSED });
      } else {
        console.say({ type: 'rate', hz: console.flow.hz });
      }
    }
  }
}

const PAUSED =
  'Market data stopped: this console acknowledged nothing for 10 s. Orders, alarms and the halt go on.';
