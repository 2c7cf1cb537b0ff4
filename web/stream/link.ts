import { ensureNever } from '../../protocol/assert.ts';
import type { Command, Envelope, Reply } from '../../protocol/commands.ts';
import type { CandlesQuery, CandlesReply } from '../../protocol/messages.ts';
import type { CommandId } from '../../protocol/units.ts';
import type { ControlStore } from '../state/control.ts';
import type { LinkStore } from '../state/link.ts';
import type { MarketStore } from '../state/market.ts';
import type { PathClock } from '../state/path-clock.ts';
import type { StatisticsStore } from '../state/statistics.ts';
import type { FromStream, Paint, ToStream } from './port.ts';

/** A command is worthless after this; nobody wants an order of ten seconds ago. */
const COMMAND_MS = 5000;

export interface LinkStores {
  readonly control: ControlStore;
  readonly market: MarketStore;
  readonly link: LinkStore;
  readonly clock: PathClock;
  readonly statistics: StatisticsStore;
}

export interface LinkWorld {
  readonly post: (message: ToStream, transfer?: Transferable[]) => void;
  /** Runs before the next picture; at once when the page is hidden and has no next picture. */
  readonly beforePicture: (run: () => void) => void;
  readonly randomId: () => string;
  readonly drew: (paint: Paint) => void;
}

/** The main thread's end of the stream worker: puts what comes into the stores, once a picture. */
export class StreamLink {
  readonly #stores: LinkStores;
  readonly #world: LinkWorld;
  readonly #replies = new Map<number, (reply: Reply | null) => void>();
  readonly #candles = new Map<number, (reply: CandlesReply) => void>();
  #beat: (() => void) | null = null;
  /** Which life of a replay the market's values are of. */
  #generation: number | null = null;
  #lastId = 0;

  constructor(stores: LinkStores, world: LinkWorld) {
    this.#stores = stores;
    this.#world = world;
  }

  connect(): void {
    this.#world.post({ kind: 'connect' });
  }

  disconnect(): void {
    this.#world.post({ kind: 'disconnect' });
  }

  focus(instrument: number | null): void {
    this.#world.post({ kind: 'focus', instrument });
  }

  /** The books of these are wanted too; none: only the one that is looked at. */
  beside(instruments: readonly number[]): void {
    this.#world.post({ kind: 'beside', instruments });
  }

  visible(visible: boolean): void {
    this.#world.post({ kind: 'visible', visible });
  }

  /**
   * Sends one command over a live connection, once. Null: not delivered or not answered in time,
   * so its effect is unknown. It is never kept for later.
   */
  async command(command: Command): Promise<Reply | null> {
    const commandId = `console-${this.#world.randomId()}` as CommandId;
    return this.#answered((id) => ({ kind: 'command', id, commandId, command, lifeMs: COMMAND_MS }));
  }

  /** The same envelope each time it is called: only a halt's press is sent like this. */
  sendEnvelope(envelope: Envelope, timeoutMs: number): Promise<Reply | null> {
    return this.#answered((id) => ({ kind: 'envelope', id, envelope, timeoutMs }));
  }

  /** Runs at the worker's pace, which a hidden page keeps; returns what ends it. One at a time. */
  every(ms: number, run: () => void): () => void {
    this.#beat = run;
    this.#world.post({ kind: 'beats', everyMs: ms });
    return () => {
      if (this.#beat !== run) return;
      this.#beat = null;
      this.#world.post({ kind: 'beats', everyMs: null });
    };
  }

  candles(query: CandlesQuery): Promise<CandlesReply> {
    const id = this.#nextId();
    return new Promise((resolve) => {
      this.#candles.set(id, resolve);
      this.#world.post({ kind: 'candles', id, query });
    });
  }

  receive(message: FromStream): void {
    const { link, control, clock } = this.#stores;
    switch (message.kind) {
      case 'paint': {
        const generation = this.#generation;
        this.#world.beforePicture(() => this.#paint(message, generation));
        return;
      }
      case 'link':
        link.setState({ link: message.link });
        return;
      case 'times':
        link.setState({ times: message });
        return;
      case 'stats':
        link.setState({ stats: message });
        return;
      case 'snapshot':
        this.#begunAnew(message.state.replay?.generation ?? null);
        if (control.getState().epoch !== message.epoch) this.#stores.statistics.forget();
        control.snapshot(message.epoch, message.session, message.state);
        link.setState((view) => ({ snapshots: view.snapshots + 1 }));
        return;
      case 'changes':
        control.changes(message.changes);
        return;
      case 'notice':
        link.notice(message.sentence);
        return;
      case 'subscription':
        clock.served(message.refusal === null);
        link.setState({ unsubscribed: message.refusal });
        return;
      case 'beat':
        this.#beat?.();
        return;
      case 'reply':
        this.#replies.get(message.id)?.(message.reply);
        this.#replies.delete(message.id);
        return;
      case 'candles':
        this.#candles.get(message.id)?.(message.reply);
        this.#candles.delete(message.id);
        return;
      case 'statistics':
        this.#stores.statistics.add(message.statistics);
        return;
      default:
        ensureNever(message);
    }
  }

  /** What a replay showed of another time goes at once, whatever is on its way to the screen. */
  #begunAnew(generation: number | null): void {
    if (generation === this.#generation) return;
    if (this.#generation !== null) {
      this.#stores.market.forget();
      this.#stores.statistics.forget();
    }
    this.#generation = generation;
  }

  #paint(paint: Paint, generation: number | null): void {
    if (generation === this.#generation) this.#stores.market.paint(paint);
    this.#stores.clock.drawn(paint.sentAt, paint.serverNow);
    this.#world.post({ kind: 'drawn', id: paint.id });
    this.#world.drew(paint);
  }

  #answered(message: (id: number) => ToStream): Promise<Reply | null> {
    if (this.#stores.link.getState().link.kind !== 'online') return Promise.resolve(null);
    const id = this.#nextId();
    return new Promise((resolve) => {
      this.#replies.set(id, resolve);
      this.#world.post(message(id));
    });
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}
