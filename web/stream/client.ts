import { replySchema, type Envelope, type Reply } from '../../protocol/commands.ts';
import { decodeFrame, type Frame } from '../../protocol/frame.ts';
import {
  candlesReplySchema,
  serverMessageSchema,
  type CandlesQuery,
  type CandlesReply,
  type ServerMessage,
  type Subscription,
} from '../../protocol/messages.ts';
import { ensureNever } from '../../protocol/assert.ts';
import type { InstrumentIndex } from '../../protocol/units.ts';
import type { ConnectionRefusal } from '../../protocol/version.ts';
import { HourAgo } from './hour.ts';
import { LinkClock } from './link-times.ts';
import { Market } from './market.ts';
import type { FromStream, LinkState, Paint, StreamStats, ToComputeData, ToStream } from './port.ts';
import type { Wire } from './wire.ts';

/** What the client needs from outside: a socket, a clock (wall ms, monotonic) and a timer. */
export interface StreamWorld {
  readonly wire: Wire;
  readonly now: () => number;
  readonly later: (ms: number, run: () => void) => void;
  readonly post: (message: FromStream) => void;
  readonly compute: (message: ToComputeData) => void;
}

type Wanted = Exclude<ToStream, { kind: 'start' }>;

const ANIMATION_HZ = 20;
const RECONNECT_AFTER_MS = 1000;
const SUBSCRIBE_EVERY_MS = 300;
/** The server takes ten candle questions a second; most of them are left to the person. */
const HOUR_EVERY_MS = 140;
/** Nothing ran for this long: the machine slept or the tab was frozen. */
const SLEPT_MS = 5000;

/**
 * One console's connection: decodes frames, keeps the market, gives credit only for what was
 * applied and (on a visible page) drawn, and never replays a backlog.
 */
export class StreamClient {
  readonly #world: StreamWorld;
  readonly #hour = new HourAgo();
  readonly #market = new Market(this.#hour);
  readonly #clock = new LinkClock();
  #link: LinkState = { kind: 'idle' };
  #epoch = '';
  #seq = -1;
  #generation = 0;
  #focus: number | null = null;
  #visible = true;
  #hz = 0;
  #appliedFrames = 0;
  #creditedFrames = 0;
  #refusedFrames = 0;
  #paint: { id: number; frames: number } | null = null;
  #paintId = 0;
  #waiting: { sentAt: number; origin: Paint['origin'] } | null = null;
  #lastTick: number | null = null;
  #counted = { at: 0, frames: 0, bytes: 0, worstDelay: 0 };
  #instrumentCount = 0;
  #subscribedAt = -Infinity;
  #subscribing = false;

  constructor(world: StreamWorld) {
    this.#world = world;
    const { wire } = world;
    wire.onConnect(() => this.#connected());
    wire.onDisconnect((sentence, final) => this.#dropped(sentence, final));
    wire.onRefused((code, sentence) => this.#refused(code, sentence));
    wire.onMessage((message) => this.#message(message));
    wire.onFrame((bytes) => this.#frame(bytes));
  }

  receive(message: Wanted): void {
    switch (message.kind) {
      case 'connect':
        this.#setLink({ kind: 'connecting', since: this.#world.now() });
        this.#world.wire.reconnect();
        return;
      case 'disconnect':
        this.#setLink({ kind: 'idle' });
        this.#world.wire.disconnect();
        return;
      case 'focus':
        if (message.instrument === this.#focus) return;
        this.#focus = message.instrument;
        this.#market.keepOnly(message.instrument === null ? [] : [message.instrument]);
        this.#subscribeSoon();
        return;
      case 'visible':
        if (message.visible === this.#visible) return;
        this.#visible = message.visible;
        this.#subscribe();
        return;
      case 'drawn':
        this.#drawn(message.id);
        return;
      case 'command':
        void this.#command(message.id, message.envelope, message.timeoutMs);
        return;
      case 'candles':
        void this.#candles(message.query).then((reply) =>
          this.#world.post({ kind: 'candles', id: message.id, reply }),
        );
        return;
      default:
        ensureNever(message);
    }
  }

  /** Asks the server for the last `bars` closed bars; the answer goes to the compute worker as a frame. */
  async history(bars: number): Promise<void> {
    if (this.#link.kind !== 'online') return;
    const reply = await this.#world.wire.ask('history', bars, 10_000);
    if (isRecord(reply) && reply['ok'] === false) this.#notice(String(reply['sentence']));
  }

  /** Called once a second by the worker's own timer. */
  second(): void {
    const now = this.#world.now();
    const since = this.#lastTick === null ? 1000 : now - this.#lastTick;
    this.#lastTick = now;
    this.#counted.worstDelay = Math.max(0, since - 1000);
    if (since > SLEPT_MS) this.#slept(since);
    this.#stats(now);
    if (this.#link.kind === 'online') void this.#measureTime();
  }

  #connected(): void {
    this.#generation += 1;
    this.#seq = -1;
    this.#appliedFrames = 0;
    this.#creditedFrames = 0;
    this.#paint = null;
    this.#waiting = null;
    this.#clock.clear();
    void this.#measureTime();
  }

  #dropped(sentence: string, final: boolean): void {
    this.#generation += 1;
    if (this.#link.kind === 'signed-out' || this.#link.kind === 'idle' || this.#link.kind === 'refused')
      return;
    this.#retrying(sentence);
    if (final) this.#reconnectSoon();
  }

  #refused(code: ConnectionRefusal | null, sentence: string): void {
    if (code === null) {
      this.#retrying(sentence);
      return;
    }
    if (code === 'too-many-connections' || code === 'not-ready') {
      this.#retrying(sentence);
      this.#reconnectSoon();
      return;
    }
    this.#setLink({ kind: 'refused', code, sentence });
  }

  #retrying(sentence: string): void {
    const before = this.#link;
    this.#setLink({
      kind: 'retrying',
      since: before.kind === 'retrying' ? before.since : this.#world.now(),
      attempts: before.kind === 'retrying' ? before.attempts + 1 : 0,
      sentence,
    });
  }

  #reconnectSoon(): void {
    const generation = this.#generation;
    this.#world.later(RECONNECT_AFTER_MS, () => {
      if (generation === this.#generation && this.#link.kind === 'retrying') this.#world.wire.reconnect();
    });
  }

  #message(input: unknown): void {
    const parsed = serverMessageSchema.safeParse(input);
    if (!parsed.success) {
      this.#startAgain('The server sent a message that this console cannot read. Connecting again.');
      return;
    }
    this.#understood(parsed.data);
  }

  #understood(message: ServerMessage): void {
    switch (message.type) {
      case 'snapshot': {
        const { epoch, seq, session, state } = message;
        if (epoch !== this.#epoch) this.#hour.clear();
        this.#epoch = epoch;
        this.#seq = seq;
        this.#instrumentCount = state.instruments.length;
        this.#market.reset(state.instruments);
        this.#world.compute({ kind: 'instruments', names: state.instruments.map((i) => i.name), epoch });
        this.#world.post({ kind: 'snapshot', epoch, session, state });
        this.#setLink({ kind: 'online', since: this.#world.now() });
        this.#subscribe();
        void this.#loadHours();
        return;
      }
      case 'change':
        if (message.epoch !== this.#epoch || message.seq !== this.#seq + 1) {
          this.#startAgain('A change of the control state was missed. Reading the whole state again.');
          return;
        }
        this.#seq = message.seq;
        if (message.change.type === 'instruments') this.#newInstruments(message.change.instruments);
        this.#world.post({ kind: 'changes', changes: [message.change] });
        return;
      case 'signed-out':
        this.#setLink({ kind: 'signed-out', sentence: message.sentence });
        return;
      case 'market-paused':
        this.#notice(message.sentence);
        this.#subscribe();
        return;
      case 'rate':
        this.#hz = message.hz;
        return;
      default:
        ensureNever(message);
    }
  }

  #newInstruments(instruments: Parameters<Market['reset']>[0]): void {
    this.#instrumentCount = instruments.length;
    this.#market.reset(instruments);
    this.#world.compute({ kind: 'instruments', names: instruments.map((i) => i.name), epoch: this.#epoch });
    this.#subscribe();
    void this.#loadHours();
  }

  #frame(bytes: Uint8Array): void {
    this.#counted.frames += 1;
    this.#counted.bytes += bytes.byteLength;
    const decoded = decodeFrame(bytes);
    if (!decoded.ok) {
      this.#refusedFrames += 1;
      // A credit was spent on it; without giving it back the market would stop.
      this.#startAgain(`A frame was refused: ${decoded.error.sentence}`);
      return;
    }
    const frame = decoded.value;
    if (frame.kind === 'bars' || frame.kind === 'history') this.#world.compute({ kind: 'frame', bytes });
    else this.#marketFrame(frame);
  }

  #marketFrame(frame: Frame): void {
    if (frame.kind === 'market') {
      this.#appliedFrames += 1;
      const applied = this.#market.apply(frame);
      if (!applied.ok) {
        this.#refusedFrames += 1;
        this.#subscribe(true);
      }
    }
    this.#waiting = { sentAt: frame.sentAt, origin: frame.origin };
    // On a hidden page nothing is drawn: applied is all there is.
    if (!this.#visible) this.#credit();
    this.#offerPaint();
  }

  #offerPaint(): void {
    if (this.#paint || !this.#waiting) return;
    this.#paintId += 1;
    this.#paint = { id: this.#paintId, frames: this.#appliedFrames };
    const { sentAt, origin } = this.#waiting;
    this.#waiting = null;
    this.#world.post({ kind: 'paint', id: this.#paintId, sentAt, origin, ...this.#market.take() });
  }

  #drawn(id: number): void {
    if (this.#paint?.id !== id) return;
    const { frames } = this.#paint;
    this.#paint = null;
    this.#credit(frames);
    this.#offerPaint();
  }

  #credit(frames = this.#appliedFrames): void {
    if (frames === this.#creditedFrames) return;
    this.#creditedFrames = frames;
    this.#world.wire.applied(frames);
  }

  /** Running through the watch list by keyboard asks for the last instrument, not for each on the way. */
  #subscribeSoon(): void {
    const since = this.#world.now() - this.#subscribedAt;
    if (since >= SUBSCRIBE_EVERY_MS) this.#subscribe();
    else if (!this.#subscribing) {
      this.#subscribing = true;
      this.#world.later(SUBSCRIBE_EVERY_MS - since, () => {
        this.#subscribing = false;
        this.#subscribe();
      });
    }
  }

  #subscribe(afresh = false): void {
    if (this.#link.kind !== 'online') return;
    const known = this.#focus !== null && this.#focus < this.#instrumentCount;
    const focus = known ? [this.#focus as InstrumentIndex] : [];
    const hz = this.#visible ? ANIMATION_HZ : 0;
    const wanted: Subscription = { quotes: 'all', trades: focus, books: focus, bars: true, hz };
    // A subscription that does not name a book forgets it, and naming it again brings a snapshot.
    if (afresh) this.#world.wire.subscribe({ ...wanted, trades: [], books: [] });
    this.#world.wire.subscribe(wanted);
    this.#subscribedAt = this.#world.now();
    this.#hz = hz;
  }

  async #command(id: number, envelope: Envelope, timeoutMs: number): Promise<void> {
    // Never buffered: without a live connection the answer is "not delivered", at once.
    const answer =
      this.#link.kind === 'online' ? await this.#world.wire.ask('command', envelope, timeoutMs) : null;
    const parsed = replySchema.safeParse(answer);
    const reply: Reply | null = parsed.success ? parsed.data : null;
    this.#world.post({ kind: 'reply', id, reply });
  }

  async #candles(query: CandlesQuery): Promise<CandlesReply> {
    const offline = {
      ok: false,
      code: 'not-connected',
      sentence: 'There is no connection to the server.',
    } as const;
    if (this.#link.kind !== 'online') return offline;
    const parsed = candlesReplySchema.safeParse(await this.#world.wire.ask('candles', query, 10_000));
    return parsed.success
      ? parsed.data
      : { ...offline, code: 'no-answer', sentence: 'No candles came in 10 s.' };
  }

  /** An hour's candles of each instrument, one after the other: the reference of the 1 h column. */
  async #loadHours(): Promise<void> {
    const generation = this.#generation;
    const epoch = this.#epoch;
    for (let index = 0; index < this.#instrumentCount; index++) {
      if (generation !== this.#generation || epoch !== this.#epoch) return;
      if (this.#hour.has(index)) continue;
      await new Promise<void>((resolve) => this.#world.later(HOUR_EVERY_MS, resolve));
      const instrument = index as InstrumentIndex;
      const reply = await this.#candles({ instrument, interval: '1m', limit: 61 });
      if (reply.ok) {
        this.#hour.seed(index, reply.candles);
        this.#market.touch(index);
      }
    }
  }

  async #measureTime(): Promise<void> {
    const sent = this.#world.now();
    const generation = this.#generation;
    const server = await this.#world.wire.ask('time', null, 3000);
    if (typeof server !== 'number' || generation !== this.#generation) return;
    this.#world.post(this.#clock.measured(sent, this.#world.now(), server / 1000));
  }

  #slept(ms: number): void {
    if (this.#link.kind !== 'online') return;
    this.#startAgain(
      `This machine slept or was paused for ${Math.round(ms / 1000)} s. Reading everything anew.`,
    );
  }

  #startAgain(sentence: string): void {
    this.#notice(sentence);
    this.#retrying(sentence);
    this.#world.wire.reconnect();
  }

  #stats(now: number): void {
    const seconds = Math.max(0.001, (now - this.#counted.at) / 1000);
    const stats: StreamStats = {
      kind: 'stats',
      framesPerSecond: this.#counted.frames / seconds,
      bytesPerSecond: this.#counted.bytes / seconds,
      refusedFrames: this.#refusedFrames,
      hz: this.#hz,
      workerDelayMs: this.#counted.worstDelay,
    };
    if (this.#counted.at > 0) this.#world.post(stats);
    this.#counted = { at: now, frames: 0, bytes: 0, worstDelay: 0 };
  }

  #notice(sentence: string): void {
    this.#world.post({ kind: 'notice', sentence });
  }

  #setLink(link: LinkState): void {
    this.#link = link;
    this.#world.post({ kind: 'link', link });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
