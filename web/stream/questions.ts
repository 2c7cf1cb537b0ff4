import { replySchema, type Envelope, type Reply } from '../../protocol/commands.ts';
import {
  candlesReplySchema,
  type CandlesQuery,
  type CandlesReply,
  type HistoryQuery,
  type TicksQuery,
} from '../../protocol/messages.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Wire } from './wire.ts';

export interface QuestionWorld {
  readonly wire: Pick<Wire, 'ask'>;
  readonly later: (ms: number, run: () => void) => void;
  /** The number of the connection that is up; null when none is. */
  readonly connection: () => number | null;
  readonly notice: (sentence: string) => void;
}

const ASK_MS = 10_000;
const HISTORY_RETRY_MS = 2000;
const HISTORY_RETRY_AT_MOST_MS = 30_000;

/** What is asked of the server and answered once. Nothing is kept for a later connection. */
export class Questions {
  readonly #world: QuestionWorld;
  /** By horizon, the connection on which its history is being asked for. */
  readonly #historyOn = new Map<string, number>();
  /** The end of what was asked for trades before. */
  #ticksAsked: Promise<unknown> = Promise.resolve();
  #ticksFrame: Uint8Array | null = null;

  constructor(world: QuestionWorld) {
    this.#world = world;
  }

  /** Null: not delivered, or not answered in time. */
  async command(envelope: Envelope, timeoutMs: number): Promise<Reply | null> {
    if (this.#world.connection() === null) return null;
    const parsed = replySchema.safeParse(await this.#world.wire.ask('command', envelope, timeoutMs));
    return parsed.success ? parsed.data : null;
  }

  async candles(query: CandlesQuery): Promise<CandlesReply> {
    if (this.#world.connection() === null) {
      return { ok: false, code: 'not-connected', sentence: 'There is no connection to the server.' };
    }
    const parsed = candlesReplySchema.safeParse(await this.#world.wire.ask('candles', query, ASK_MS));
    return parsed.success
      ? parsed.data
      : { ok: false, code: 'no-answer', sentence: 'No candles came in 10 s.' };
  }

  /**
   * Asks for closed bars until the server has agreed; the answer itself is a frame. A new connection asks
   * anew, so an old one's asking ends with it.
   */
  async history(query: HistoryQuery): Promise<void> {
    const on = this.#world.connection();
    const of = typeof query === 'number' ? '1s' : query.horizon;
    if (on === null || on === this.#historyOn.get(of)) return;
    this.#historyOn.set(of, on);
    let wait = HISTORY_RETRY_MS;
    let said = false;
    while (this.#world.connection() === on) {
      const reply = await this.#world.wire.ask('history', query, ASK_MS);
      if (isRecord(reply) && reply['ok'] === true) break;
      if (!said && isRecord(reply)) this.#world.notice(String(reply['sentence']));
      said = true;
      const pause = wait;
      await new Promise<void>((resolve) => this.#world.later(pause, resolve));
      wait = Math.min(wait * 2, HISTORY_RETRY_AT_MOST_MS);
    }
    if (this.#historyOn.get(of) === on) this.#historyOn.delete(of);
  }

  /**
   * A `ticks` frame. One question at a time: the frame comes just before the server agrees, and nothing in it
   * says which question it answers.
   */
  ticks(query: TicksQuery): Promise<Result<Uint8Array>> {
    const answer = this.#ticksAsked.then(() => this.#askTicks(query));
    this.#ticksAsked = answer;
    return answer;
  }

  ticksCame(bytes: Uint8Array): void {
    this.#ticksFrame = bytes;
  }

  async #askTicks(query: TicksQuery): Promise<Result<Uint8Array>> {
    if (this.#world.connection() === null) {
      return refuse('not-connected', 'There is no connection to the server.');
    }
    this.#ticksFrame = null;
    const reply = await this.#world.wire.ask('ticks', query, ASK_MS);
    const frame = this.#ticksFrame as Uint8Array | null;
    this.#ticksFrame = null;
    if (isRecord(reply) && reply['ok'] === true && frame) return ok(frame);
    return refuse('no-ticks', isRecord(reply) && reply['ok'] !== true ? String(reply['sentence']) : NO_TICKS);
  }
}

const NO_TICKS = 'No trades came in 10 s.';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
