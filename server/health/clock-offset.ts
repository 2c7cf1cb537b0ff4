/**
 * How far this server's clock is from UTC, and by how much that itself may be wrong. The
 * servers are asked now and then; between two askings the offset is read off the monotonic clock, so
 * that a step of the wall clock shows at once, and the uncertainty grows with the time since.
 */
import type { Result } from '../../protocol/result.ts';
import type { Cancel, Clock } from '../clock.ts';
import { agree, type Agreed } from './clock-agree.ts';
import type { AskTime } from './sntp-ask.ts';
import type { TimeReading } from './sntp.ts';

export type ClockState = 'ok' | 'warned' | 'over' | 'unknown';

export interface ClockView {
  readonly state: ClockState;
  /** Our clock less UTC, µs; null = not known. */
  readonly offsetMicros: number | null;
  /** The offset's size and all that it may be wrong by, µs. */
  readonly errorMicros: number | null;
  readonly boundMicros: number;
  readonly sentence: string;
  /** What each server said last: its offset, or why it does not count. */
  readonly servers: readonly { readonly server: string; readonly said: string }[];
}

export interface ClockOffsetParts {
  readonly clock: Clock;
  readonly servers: readonly string[];
  readonly boundMicros: number;
  readonly ask: AskTime;
  /** The machine's own time service, asked where no server is named. */
  readonly local: () => Promise<Agreed | null>;
  /** The wall clock was set by the configuration (demo): there is nothing to measure. */
  readonly isSet: boolean;
}

/** RFC 5905's frequency tolerance. */
const DRIFT = 15e-6;
/** A reading this old says nothing any more. */
const STALE_MICROS = 3_600_000_000;
const NEVER_AGAIN = new Set(['kiss-deny', 'kiss-rstr']);
const LATER_MS = 900_000;
const ATTEMPTS = 4;

export class ClockOffset {
  readonly #parts: ClockOffsetParts;
  readonly #everyMs: number;
  readonly #listeners = new Set<(view: ClockView) => void>();
  #agreed: (Agreed & { readonly at: number; readonly drift: number }) | null = null;
  #said: ClockView['servers'] = [];
  #muted = new Map<string, number>();
  #state: ClockState = 'unknown';
  #trouble = 'It was not measured yet.';
  #stop: Cancel = () => undefined;

  constructor(parts: ClockOffsetParts) {
    this.#parts = parts;
    // The drift between two askings is a small part of the bound.
    this.#everyMs = parts.boundMicros < 10_000 ? 16_000 : 64_000;
  }

  /** Resolves once the first measurement is done, whatever it was. */
  async start(): Promise<void> {
    if (this.#parts.isSet) {
      this.#trouble = 'The clock was set by the configuration; it is not UTC.';
      return;
    }
    this.#stop = this.#parts.clock.setRepeating(this.#everyMs, () => void this.measure());
    await this.measure();
  }

  stop(): void {
    this.#stop();
  }

  onChange(listener: (view: ClockView) => void): Cancel {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** For every record: by how much its time may be wrong, ns; null = not known. */
  errorNanos(): bigint | null {
    const { errorMicros } = this.view();
    return errorMicros === null ? null : BigInt(Math.ceil(errorMicros)) * 1000n;
  }

  view(): ClockView {
    const { clock, boundMicros } = this.#parts;
    const agreed = this.#agreed;
    const now = clock.monotonicMicros();
    const common = { boundMicros, servers: this.#said };
    if (!agreed || now - agreed.at > STALE_MICROS) {
      return { ...common, state: 'unknown', offsetMicros: null, errorMicros: null, sentence: this.#trouble };
    }
    const offsetMicros = clock.wallMicros() - (agreed.utcAtZero + now);
    const errorMicros = Math.abs(offsetMicros) + agreed.boundMicros + (now - agreed.at) * agreed.drift;
    const state = errorMicros > boundMicros ? 'over' : errorMicros > boundMicros / 2 ? 'warned' : 'ok';
    const within = `within ${ms(errorMicros)} ms of UTC`;
    const bound = `${ms(boundMicros)} ms`;
    const sentence = {
      ok: `This clock is ${within}; ${bound} are allowed.`,
      warned: `This clock is only ${within}: over half of the ${bound} allowed.`,
      over: `This clock can be off by ${ms(errorMicros)} ms; ${bound} are allowed.`,
    }[state];
    return { ...common, state, offsetMicros, errorMicros, sentence };
  }

  /** One round; tells its listeners when the state changed. */
  async measure(): Promise<void> {
    const { clock, servers } = this.#parts;
    const agreed = servers.length > 0 ? await this.#askServers() : await this.#askLocal();
    const at = clock.monotonicMicros();
    if (agreed && !this.#isSurerThan(agreed, at)) {
      this.#agreed = { ...agreed, at, drift: this.#driftTo(agreed, at) };
    }
    this.check();
  }

  /** Tells its listeners when the state is another one than last time. */
  check(): void {
    const view = this.view();
    if (view.state === this.#state) return;
    this.#state = view.state;
    for (const listener of this.#listeners) listener(view);
  }

  /** What is known already, though older, is narrower than this and agrees with it. */
  #isSurerThan(fresh: Agreed, at: number): boolean {
    const known = this.#agreed;
    if (!known) return false;
    const bound = known.boundMicros + (at - known.at) * known.drift;
    const apart = Math.abs(known.utcAtZero - fresh.utcAtZero);
    return bound < fresh.boundMicros && apart <= bound + fresh.boundMicros;
  }

  /** The tolerance, or what the last two readings prove to be more: a time service that slews hard. */
  #driftTo(agreed: Agreed, at: number): number {
    const before = this.#agreed;
    if (!before || at <= before.at) return DRIFT;
    const moved = Math.abs(agreed.utcAtZero - before.utcAtZero) - agreed.boundMicros - before.boundMicros;
    return Math.max(DRIFT, moved / (at - before.at));
  }

  /** Again, a few times, while what came was held up on the way: the surest of its answers. */
  async #askOften(server: string): Promise<Result<TimeReading>> {
    const { ask, boundMicros } = this.#parts;
    let best = await ask(server);
    for (let i = 1; i < ATTEMPTS && best.ok && best.value.delayMicros > boundMicros / 4; i++) {
      const again = await ask(server);
      if (again.ok && again.value.boundMicros < best.value.boundMicros) best = again;
    }
    return best;
  }

  async #askServers(): Promise<Agreed | null> {
    const { clock, servers } = this.#parts;
    const now = clock.monotonicMicros();
    const readings: TimeReading[] = [];
    const said = await Promise.all(
      servers.map(async (server) => {
        if ((this.#muted.get(server) ?? 0) > now) return { server, said: 'it asked not to be asked' };
        const answer = await this.#askOften(server);
        if (answer.ok) {
          readings.push(answer.value);
          const offset = clock.wallMicros() - answer.value.utcAtZero - clock.monotonicMicros();
          return { server, said: `${ms(offset)} ms ± ${ms(answer.value.boundMicros)} ms` };
        }
        const { code, sentence } = answer.error;
        if (NEVER_AGAIN.has(code)) this.#muted.set(server, Infinity);
        else if (code.startsWith('kiss-')) this.#muted.set(server, now + LATER_MS * 1000);
        return { server, said: sentence };
      }),
    );
    this.#said = said;
    const agreed = agree(readings);
    if (agreed) return agreed;
    const [first] = said;
    this.#trouble =
      readings.length > 0
        ? `Its ${readings.length} time servers disagree: which is right is not known.`
        : `No time server gave the time: ${first?.server ?? ''}: ${first?.said ?? 'none was asked'}.`;
    // Servers that disagree are worse than none: what was known before is in doubt.
    if (readings.length > 0) this.#agreed = null;
    return null;
  }

  async #askLocal(): Promise<Agreed | null> {
    const agreed = await this.#parts.local();
    this.#said = agreed ? [{ server: 'chrony', said: `± ${ms(agreed.boundMicros)} ms` }] : [];
    this.#trouble =
      'No time server is configured and no chrony runs here: its distance from UTC is not known.';
    return agreed;
  }
}

const ms = (micros: number): string => (micros / 1000).toFixed(Math.abs(micros) < 10_000 ? 2 : 0);
