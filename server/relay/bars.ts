/** The 1 s bars on their way from the venues' feeds to the consoles: one frame of all venues a second. */
import {
  BAR_SPANS,
  readBars,
  readHistory,
  writeBars,
  writeHistory,
  type BarHorizon,
} from '../../protocol/bars.ts';
import { decodeFrame, FrameWriter } from '../../protocol/frame.ts';
import type { Origin } from '../../protocol/origin.ts';
import type { Cancel, Clock } from '../clock.ts';
import { BarJoin, type JoinedBar, type VenueBar, type VenueHistory } from './bar-join.ts';
import type { VenueFrame } from './port.ts';

/** The last `bars` bars of all instruments, each so long. */
export interface BarsWanted {
  readonly bars: number;
  readonly horizon: BarHorizon;
}

/** Cells of one history: what a console is sent at once stays below 40 MB. */
const CELLS_MAX = 4_000_000;

export interface BarsParts {
  readonly clock: Clock;
  readonly origin: Origin;
  /** Asks the feeds; null = they did not answer in time. */
  readonly ask: (wanted: BarsWanted) => Promise<readonly VenueFrame[] | null>;
  readonly send: (frame: Uint8Array) => void;
}

export interface HistoryAnswer {
  readonly bytes: Uint8Array | null;
  readonly sentence: string;
}

export class Bars {
  readonly #parts: BarsParts;
  #join = new BarJoin();
  readonly #writer = new FrameWriter();
  #stopWaiting: Cancel | null = null;
  /** At a login storm everybody asks for the same second's history. */
  #asked = new Map<BarHorizon, { readonly of: string; readonly answer: Promise<HistoryAnswer | null> }>();

  constructor(parts: BarsParts) {
    this.#parts = parts;
  }

  /** A venue's bar. What is no bar is a fault of ours: it is left out, and the console sees a gap. */
  take({ first, bytes }: VenueFrame): void {
    const bar = barOf(first, bytes);
    if (bar) this.#give(this.#join.take(bar, this.#parts.clock.monotonicMicros()));
  }

  /** Of `instruments` instruments; null = the feeds did not answer. */
  history({ bars, horizon }: BarsWanted, instruments: number): Promise<HistoryAnswer | null> {
    const most = Math.max(1, Math.floor(CELLS_MAX / Math.max(1, instruments)));
    const wanted = { horizon, bars: Math.min(bars, most) };
    const of = `${this.#join.newest?.number ?? ''} ${wanted.bars} ${instruments}`;
    const asked = this.#asked.get(horizon);
    if (asked?.of === of) return asked.answer;
    const answer = this.#read(wanted);
    this.#asked.set(horizon, { of, answer });
    return answer;
  }

  /** What comes now may be of an earlier time: nothing is joined to what was. */
  beginAnew(): void {
    this.#stopWaiting?.();
    this.#join = new BarJoin();
    this.#asked.clear();
  }

  stop(): void {
    this.#stopWaiting?.();
  }

  async #read(wanted: BarsWanted): Promise<HistoryAnswer | null> {
    const join = this.#join;
    const frames = await this.#parts.ask(wanted);
    // Asked of a time that is over meanwhile.
    if (join !== this.#join) return null;
    const parts = frames?.flatMap(({ first, bytes }) => historyOf(first, bytes) ?? []);
    const history = parts && join.history(parts, wanted.bars, BAR_SPANS[wanted.horizon]);
    // The next one who asks may have more luck.
    if (!history) this.#asked.delete(wanted.horizon);
    if (!parts) return null;
    if (!history) return { bytes: null, sentence: 'The feeds do not know their instruments yet.' };
    const writer = new FrameWriter().begin('history', this.#parts.origin);
    writeHistory(writer, history);
    return { bytes: writer.finish(this.#parts.clock.wallMicros()), sentence: '' };
  }

  #give(bars: readonly JoinedBar[]): void {
    const { clock, send } = this.#parts;
    for (const bar of bars) send(this.#encode(bar));
    this.#stopWaiting?.();
    const { dueAt } = this.#join;
    if (dueAt === null) return;
    const waitMs = Math.max(1, Math.ceil((dueAt - clock.monotonicMicros()) / 1000));
    this.#stopWaiting = clock.setTimer(waitMs, () => this.#give(this.#join.ready(clock.monotonicMicros())));
  }

  #encode({ number, openAt, parts }: JoinedBar): Uint8Array {
    const { clock, origin } = this.#parts;
    const count = parts.reduce((sum, { close }) => sum + close.length, 0);
    this.#writer.begin('bars', origin);
    const rows = writeBars(this.#writer, count, number, openAt);
    let row = 0;
    for (const { first, close, state } of parts) {
      rows.close.set(close, row);
      rows.state.set(state, row);
      for (let at = 0; at < close.length; at++) rows.instrument[row + at] = first + at;
      row += close.length;
    }
    return this.#writer.finish(clock.wallMicros());
  }
}

function barOf(first: number, bytes: Uint8Array): VenueBar | null {
  const section = sectionOf('bars', bytes);
  const bars = section && readBars(section);
  if (!bars?.ok) return null;
  const { number, openAt, rows } = bars.value;
  return { first, number, openAt, close: rows.close, state: rows.state };
}

function historyOf(first: number, bytes: Uint8Array): VenueHistory | null {
  const section = sectionOf('history', bytes);
  const history = section && readHistory(section);
  return history?.ok ? { first, history: history.value } : null;
}

function sectionOf(kind: 'bars' | 'history', bytes: Uint8Array) {
  const frame = decodeFrame(bytes);
  return (frame.ok && frame.value.sections.find((section) => section.kind === kind)) || null;
}
