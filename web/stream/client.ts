import { ensureNever } from '../../protocol/assert.ts';
import type { Command, Reply } from '../../protocol/commands.ts';
import { decodeFrame, type Frame } from '../../protocol/frame.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import {
  serverMessageSchema,
  type HistoryQuery,
  type ServerMessage,
  type TicksQuery,
} from '../../protocol/messages.ts';
import type { CommandId, Micros } from '../../protocol/units.ts';
import type { ConnectionRefusal } from '../../protocol/version.ts';
import { haveSeveralVenues, instrumentLabel } from '../ui/instrument-label.ts';
import { HourAgo } from './hour.ts';
import { Hours } from './hours.ts';
import { LinkClock } from './link-times.ts';
import { Market } from './market.ts';
import { Paints } from './paints.ts';
import type { FromStream, LinkState, StreamStats, ToComputeData, ToStream } from './port.ts';
import { Questions } from './questions.ts';
import { statisticsOf } from './statistics.ts';
import { Subscriber } from './subscriptions.ts';
import type { Wire } from './wire.ts';

/** What the client needs from outside: a socket, two clocks and timers. */
export interface StreamWorld {
  readonly wire: Wire;
  /** Monotonic ms: everything that is measured, and the server's clock by its offset to this one. */
  readonly now: () => number;
  /** Wall-clock ms: what a sleep moves and the monotonic clock may not. */
  readonly wall: () => number;
  readonly later: (ms: number, run: () => void) => void;
  readonly every: (ms: number, run: () => void) => () => void;
  readonly post: (message: FromStream) => void;
  readonly compute: (message: ToComputeData) => void;
}

type Wanted = Exclude<ToStream, { kind: 'start' }>;

const RECONNECT_AFTER_MS = 1000;
/** Nothing ran for this long: the machine slept or the tab was frozen. */
const SLEPT_MS = 5000;
/** Without quotes for longer, the last hour has holes. */
const BLIND_MS = 60_000;
/** What could not be read twice in a row is waited for, longer each time, until it was calm this long. */
const CALM_MS = 30_000;
const UNREADABLE_AT_MOST_MS = 30_000;

/**
 * One console's connection: what the server says and in which order, when to start again, and who
 * is told. Subscribing, painting and asking have their own files.
 */
export class StreamClient {
  readonly #world: StreamWorld;
  readonly #hour = new HourAgo();
  readonly #market = new Market(this.#hour);
  readonly #clock = new LinkClock();
  readonly #subscriber: Subscriber;
  readonly #paints: Paints;
  readonly #questions: Questions;
  readonly #hours: Hours;
  #link: LinkState = { kind: 'idle' };
  #epoch = '';
  /** Of a replay: which life of it this is. */
  #replay: number | null = null;
  #seq = -1;
  #generation = 0;
  #visible = true;
  /** Wall ms since when no quotes came; null while they do. */
  #blindSince: number | null = null;
  #hz = 0;
  #refusedFrames = 0;
  #unreadable = { inARow: 0, at: -Infinity };
  #lastSecond: { readonly now: number; readonly wall: number } | null = null;
  #counted = { at: 0, frames: 0, bytes: 0, worstDelay: 0 };
  #stopBeats: (() => void) | null = null;

  constructor(world: StreamWorld) {
    this.#world = world;
    const { wire, now, later, post } = world;
    const connection = (): number | null => (this.#link.kind === 'online' ? this.#generation : null);
    this.#questions = new Questions({
      wire,
      later,
      connection,
      notice: (sentence) => this.#notice(sentence),
    });
    this.#hours = new Hours(this.#hour, {
      candles: (query) => this.#questions.candles(query),
      later,
      connection,
      onSeeded: (instrument) => this.#market.touch(instrument),
    });
    this.#subscriber = new Subscriber({
      wire,
      now,
      later,
      onSent: (watched) => {
        this.#market.watch(watched);
        this.#hz = this.#subscriber.hz;
      },
      onAnswered: (refusal) => post({ kind: 'subscription', refusal }),
    });
    this.#paints = new Paints(this.#market, {
      post,
      applied: (frames) => wire.applied(frames),
      serverNow: () => this.#clock.serverAt(now()),
    });
    wire.onConnect(() => this.#connected());
    wire.onDisconnect((sentence, final) => this.#dropped(sentence, final));
    wire.onRefused((code, sentence) => this.#refused(code, sentence));
    wire.onMessage((message) => this.#message(message));
    wire.onFrame((bytes) => this.#frame(bytes));
  }

  receive(message: Wanted): void {
    const { post, wire } = this.#world;
    switch (message.kind) {
      case 'connect':
        this.#setLink({ kind: 'connecting', since: this.#world.wall() });
        wire.reconnect();
        return;
      case 'disconnect':
        this.#setLink({ kind: 'idle' });
        wire.disconnect();
        return;
      case 'focus':
        this.#subscriber.focus(message.instrument);
        return;
      case 'beside':
        this.#subscriber.beside(message.instruments);
        return;
      case 'visible':
        this.#show(message.visible);
        return;
      case 'drawn':
        this.#paints.drawn(message.id);
        return;
      case 'command':
        void this.#command(message.commandId, message.command, message.lifeMs).then((reply) =>
          post({ kind: 'reply', id: message.id, reply }),
        );
        return;
      case 'envelope':
        void this.#questions
          .command(message.envelope, message.timeoutMs)
          .then((reply) => post({ kind: 'reply', id: message.id, reply }));
        return;
      case 'candles':
        void this.#questions
          .candles(message.query)
          .then((reply) => post({ kind: 'candles', id: message.id, reply }));
        return;
      case 'beats':
        this.#stopBeats?.();
        this.#stopBeats =
          message.everyMs === null ? null : this.#world.every(message.everyMs, () => post({ kind: 'beat' }));
        return;
      default:
        ensureNever(message);
    }
  }

  /** The compute worker asks for closed bars; the answer goes to it as a frame. */
  async history(query: HistoryQuery): Promise<void> {
    await this.#questions.history(query);
  }

  /** The compute worker asks for trades, on behalf of an analysis. */
  async ticks(query: TicksQuery): Promise<void> {
    this.#world.compute({ kind: 'ticks', ticks: await this.#questions.ticks(query) });
  }

  /** Called once a second by the worker's own timer. */
  second(): void {
    const at = { now: this.#world.now(), wall: this.#world.wall() };
    const before = this.#lastSecond ?? { now: at.now - 1000, wall: at.wall - 1000 };
    this.#lastSecond = at;
    const passed = at.now - before.now;
    this.#counted.worstDelay = Math.max(0, passed - 1000);
    // The monotonic clock may stand while the machine sleeps; the wall clock does not.
    const away = Math.max(passed, at.wall - before.wall);
    if (away > SLEPT_MS) this.#slept(away);
    this.#stats(at.now);
    if (this.#link.kind === 'online') void this.#measureTime();
  }

  #show(visible: boolean): void {
    if (visible === this.#visible) return;
    this.#visible = visible;
    this.#paints.visible(visible);
    this.#subscriber.visible(visible);
    if (!visible) this.#blind();
    else if (this.#link.kind === 'online') this.#sees();
  }

  #blind(): void {
    this.#blindSince ??= this.#world.wall();
  }

  /** Quotes come again: after a long while without, the last hour is read anew. */
  #sees(): void {
    const since = this.#blindSince;
    this.#blindSince = this.#visible ? null : since;
    if (!this.#visible) return;
    if (since !== null && this.#world.wall() - since >= BLIND_MS) this.#hour.clear();
    void this.#hours.load(this.#market.instruments.length);
  }

  #connected(): void {
    this.#generation += 1;
    this.#seq = -1;
    this.#paints.restart();
    this.#subscriber.offline();
    this.#clock.clear();
    void this.#measureTime();
  }

  #dropped(sentence: string, final: boolean): void {
    this.#generation += 1;
    this.#subscriber.offline();
    this.#blind();
    if (this.#link.kind === 'signed-out' || this.#link.kind === 'idle' || this.#link.kind === 'refused')
      return;
    this.#retrying(sentence);
    if (final) this.#reconnectIn(RECONNECT_AFTER_MS);
  }

  #refused(code: ConnectionRefusal | null, sentence: string): void {
    if (code === null) {
      this.#retrying(sentence);
      return;
    }
    if (code === 'too-many-connections' || code === 'not-ready') {
      this.#retrying(sentence);
      this.#reconnectIn(RECONNECT_AFTER_MS);
      return;
    }
    this.#setLink({ kind: 'refused', code, sentence });
  }

  #retrying(sentence: string): void {
    const before = this.#link;
    this.#setLink({
      kind: 'retrying',
      since: before.kind === 'retrying' ? before.since : this.#world.wall(),
      attempts: before.kind === 'retrying' ? before.attempts + 1 : 0,
      sentence,
    });
  }

  #reconnectIn(ms: number): void {
    const generation = this.#generation;
    this.#world.later(ms, () => {
      if (generation === this.#generation && this.#link.kind === 'retrying') this.#world.wire.reconnect();
    });
  }

  #message(input: unknown): void {
    const parsed = serverMessageSchema.safeParse(input);
    if (!parsed.success) {
      this.#unread('The server sent a message that this console cannot read. Connecting again.');
      return;
    }
    this.#understood(parsed.data);
  }

  #understood(message: ServerMessage): void {
    switch (message.type) {
      case 'snapshot': {
        const { epoch, seq, session, state } = message;
        const replay = state.replay?.generation ?? null;
        const isSameRun = epoch === this.#epoch && replay === this.#replay;
        if (!isSameRun) this.#hour.clear();
        this.#epoch = epoch;
        this.#replay = replay;
        this.#seq = seq;
        this.#world.post({ kind: 'snapshot', epoch, session, state });
        this.#setLink({ kind: 'online', since: this.#world.wall() });
        this.#market.reset(state.instruments, isSameRun);
        this.#instruments();
        this.#subscriber.online(state.instruments.length);
        this.#sees();
        return;
      }
      case 'change':
        if (message.epoch !== this.#epoch || message.seq !== this.#seq + 1) {
          this.#unread('A change of the control state was missed. Reading the whole state again.');
          return;
        }
        this.#seq = message.seq;
        if (message.change.type === 'instruments') this.#added(message.change.instruments);
        this.#world.post({ kind: 'changes', changes: [message.change] });
        return;
      case 'signed-out':
        this.#setLink({ kind: 'signed-out', sentence: message.sentence });
        return;
      case 'market-paused':
        this.#notice(message.sentence);
        this.#subscriber.again();
        return;
      case 'rate':
        this.#hz = message.hz;
        return;
      default:
        ensureNever(message);
    }
  }

  /** A venue's instruments came to the others, whose quotes, books and subscriptions go on. */
  #added(added: readonly Instrument[]): void {
    this.#market.append(added);
    this.#instruments();
    this.#subscriber.listed(this.#market.instruments.length);
    if (this.#visible) void this.#hours.load(this.#market.instruments.length);
  }

  #instruments(): void {
    const { instruments } = this.#market;
    const several = haveSeveralVenues(instruments);
    const names = instruments.map((instrument) => instrumentLabel(instrument, several));
    this.#world.compute({ kind: 'instruments', names, epoch: this.#epoch });
  }

  #frame(bytes: Uint8Array): void {
    this.#counted.frames += 1;
    this.#counted.bytes += bytes.byteLength;
    const decoded = decodeFrame(bytes);
    if (!decoded.ok) {
      this.#refusedFrames += 1;
      // A credit was spent on it; without giving it back the market would stop.
      this.#unread(`A frame was refused: ${decoded.error.sentence}`);
      return;
    }
    const frame = decoded.value;
    if (frame.kind === 'bars' || frame.kind === 'history') this.#world.compute({ kind: 'frame', bytes });
    else if (frame.kind === 'statistics') this.#statistics(frame);
    else if (frame.kind === 'ticks') this.#questions.ticksCame(bytes);
    else this.#marketFrame(frame);
  }

  #statistics(frame: Frame): void {
    const statistics = statisticsOf(frame);
    if (statistics.ok) this.#world.post({ kind: 'statistics', statistics: statistics.value });
    else this.#refusedFrames += 1;
  }

  #marketFrame(frame: Frame): void {
    if (frame.kind === 'market' && !this.#market.apply(frame).ok) {
      this.#refusedFrames += 1;
      this.#subscriber.afresh();
    }
    this.#paints.frame(frame);
  }

  /** Never buffered: without a live connection the answer is "not delivered", at once. */
  async #command(id: CommandId, command: Command, lifeMs: number): Promise<Reply | null> {
    // By the clock that the offset was measured with: another one may have been set meanwhile.
    const now = this.#clock.serverAt(this.#world.now()) ?? this.#world.wall() * 1000;
    const expiresAt = Math.round(now + lifeMs * 1000) as Micros;
    return this.#questions.command({ id, expiresAt, command }, lifeMs);
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
    const sentence = `This machine slept or was paused for ${Math.round(ms / 1000)} s. Reading everything anew.`;
    this.#notice(sentence);
    this.#retrying(sentence);
    this.#world.wire.reconnect();
  }

  /** What came cannot be used: everything is read again, but a server that goes on like it is not flooded. */
  #unread(sentence: string): void {
    const now = this.#world.now();
    const inARow = now - this.#unreadable.at > CALM_MS ? 1 : this.#unreadable.inARow + 1;
    this.#unreadable = { inARow, at: now };
    this.#notice(sentence);
    this.#retrying(sentence);
    if (inARow <= 2) {
      this.#world.wire.reconnect();
      return;
    }
    this.#world.wire.disconnect();
    this.#reconnectIn(Math.min(UNREADABLE_AT_MOST_MS, 1000 * 2 ** (inARow - 3)));
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
