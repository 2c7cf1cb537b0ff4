import { ensureNever } from '../../protocol/assert.ts';
import type { Command, Envelope, Reply } from '../../protocol/commands.ts';
import type { CandlesQuery, CandlesReply } from '../../protocol/messages.ts';
import type { CommandId, Micros } from '../../protocol/units.ts';
import type { ControlStore } from '../state/control.ts';
import type { LinkStore } from '../state/link.ts';
import type { MarketStore } from '../state/market.ts';
import type { PathClock } from '../state/path-clock.ts';
import type { FromStream, Paint, ToStream } from './port.ts';

/** A command is worthless after this; nobody wants an order of ten seconds ago. */
const COMMAND_MS = 5000;

export interface LinkStores {
  readonly control: ControlStore;
  readonly market: MarketStore;
  readonly link: LinkStore;
  readonly clock: PathClock;
}

export interface LinkWorld {
  readonly post: (message: ToStream, transfer?: Transferable[]) => void;
  /** Runs before the next picture; at once when the page is hidden and has no next picture. */
  readonly beforePicture: (run: () => void) => void;
  readonly wallMicros: () => number;
  readonly randomId: () => string;
  readonly drew: (paint: Paint) => void;
}

/** The main thread's end of the stream worker: puts what comes into the stores, once a picture. */
export class StreamLink {
  readonly #stores: LinkStores;
  readonly #world: LinkWorld;
  readonly #replies = new Map<number, (reply: Reply | null) => void>();
  readonly #candles = new Map<number, (reply: CandlesReply) => void>();
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

  visible(visible: boolean): void {
    this.#world.post({ kind: 'visible', visible });
  }

  /**
   * Sends one command over a live connection, once. Null: not delivered or not answered in time,
   * so its effect is unknown. It is never kept for later.
   */
  async command(command: Command): Promise<Reply | null> {
    return this.sendEnvelope(
      {
        id: `console-${this.#world.randomId()}` as CommandId,
        expiresAt: (this.#serverNow() + COMMAND_MS * 1000) as Micros,
        command,
      },
      COMMAND_MS,
    );
  }

  sendEnvelope(envelope: Envelope, timeoutMs: number): Promise<Reply | null> {
    if (this.#stores.link.getState().link.kind !== 'online') return Promise.resolve(null);
    const id = this.#nextId();
    return new Promise((resolve) => {
      this.#replies.set(id, resolve);
      this.#world.post({ kind: 'command', id, envelope, timeoutMs });
    });
  }

  candles(query: CandlesQuery): Promise<CandlesReply> {
    const id = this.#nextId();
    return new Promise((resolve) => {
      this.#candles.set(id, resolve);
      this.#world.post({ kind: 'candles', id, query });
    });
  }

  receive(message: FromStream): void {
    const { link, control } = this.#stores;
    switch (message.kind) {
      case 'paint':
        this.#world.beforePicture(() => this.#paint(message));
        return;
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
        control.snapshot(message.epoch, message.session, message.state);
        link.setState((view) => ({ snapshots: view.snapshots + 1 }));
        return;
      case 'changes':
        control.changes(message.changes);
        return;
      case 'notice':
        link.notice(message.sentence);
        return;
      case 'reply':
        this.#replies.get(message.id)?.(message.reply);
        this.#replies.delete(message.id);
        return;
      case 'candles':
        this.#candles.get(message.id)?.(message.reply);
        this.#candles.delete(message.id);
        return;
      default:
        ensureNever(message);
    }
  }

  #paint(paint: Paint): void {
    this.#stores.market.paint(paint);
    this.#stores.clock.drawn(paint.sentAt);
    this.#world.post({ kind: 'drawn', id: paint.id });
    this.#world.drew(paint);
  }

  #serverNow(): number {
    const offset = this.#stores.link.getState().times?.offsetMs ?? 0;
    return Math.round(this.#world.wallMicros() + offset * 1000);
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}
