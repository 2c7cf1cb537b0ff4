import type { Instrument } from '../../protocol/instrument.ts';
import type { Refusal } from '../../protocol/result.ts';
import type { LinePlan, MessageKind } from './dialect.ts';
import { describeLine, type Carried, type FeedWords } from './feed-words.ts';
import { Handover } from './handover.ts';
import { Link, type LinkListener, type LinkParts } from './link.ts';
import type { MarketMessage } from './market-message.ts';
import type { Market } from './market.ts';
import type { SessionPhase } from './session.ts';

export interface LineListener {
  /** A frame arrived, before it is read. */
  onFrame(): void;
  onTaken(market: Market): void;
  /** Everything is subscribed: books can be built. */
  onSubscribed(line: Line): void;
  /** Its connection is gone, and with it what these books were built from. */
  onLost(line: Line, books: readonly Market[]): void;
  /** Something that came over its connection is missing: none of its books is whole. */
  onBroken(line: Line, error: Refusal): void;
  /** Its phase may have changed. */
  onChange(): void;
}

const NO_BYTES = new Uint8Array(0);
/** After the old connection is closed, the new one may for so long still tell what that one told, ms. */
const ECHO_MS = 5000;

/** What one connection of a feed carries, whichever connection that is: before one gets too old, the next takes over. */
export class Line {
  readonly plan: LinePlan;
  readonly carries: Carried;
  readonly #parts: LinkParts;
  readonly #listener: LineListener;
  readonly #books: readonly Market[];
  #link: Link;
  #next: Link | null = null;
  #handover: Handover | null = null;
  #echoUntil = -Infinity;
  #reconnects = 0;

  constructor(plan: LinePlan, parts: LinkParts, listener: LineListener) {
    this.plan = plan;
    this.carries = carriedBy(plan, parts.instruments);
    this.#parts = parts;
    this.#listener = listener;
    this.#books = parts.markets.filter(({ index }) => plan.books.includes(index));
    this.#link = this.#freshLink();
  }

  get phase(): SessionPhase {
    return this.#link.session.phase;
  }
  /** Planned ones not counted. */
  get reconnects(): number {
    return this.#reconnects + this.#link.session.reconnects;
  }
  /** How it stands. */
  get words(): FeedWords {
    const { session } = this.#link;
    return describeLine({
      phase: session.phase,
      failures: session.failures,
      sentence: session.sentence(this.#now()),
      // A venue without books lacks none.
      books: this.#parts.options.dialect.rules.snapshots === 'none' ? [] : this.#books,
    });
  }

  start(): void {
    this.#link.start();
  }

  stop(): void {
    this.#link.stop();
    this.#next?.stop();
  }

  tick(everyMs: number): void {
    this.#link.tick(everyMs);
    this.#next?.tick(everyMs);
    const now = this.#now();
    if (this.#next) {
      const state = this.#handover?.tick(now);
      if (state === 'done') this.#replace();
      else if (state === 'failed') this.#giveUp();
    } else if (this.#handover && now > this.#echoUntil) {
      this.#handover.close();
      this.#handover = null;
    }
  }

  /** What comes over it is not whole: another connection. */
  abandon(sentence: string): void {
    this.#link.abandon(sentence);
  }

  /** The venue lets one instrument be asked for anew, without all others. */
  canResubscribe(market: Market): boolean {
    return this.plan.resubscribe(market.index).length > 0;
  }

  /** Has the book of an instrument sent anew. */
  resubscribe(market: Market): void {
    this.#link.session.ask(this.plan.resubscribe(market.index));
  }

  /** Has all of them sent anew at once; false: the venue must be asked for each. */
  resubscribeAll(): boolean {
    const { resubscribeAll = [] } = this.plan;
    this.#link.session.ask(resubscribeAll);
    return resubscribeAll.length > 0;
  }

  #now(): number {
    return this.#parts.options.time.paceMs();
  }

  #freshLink(): Link {
    const listener = this.#listener;
    const isDoubled = (): boolean => this.#handover !== null;
    const hooks: LinkListener = {
      onFrame: () => listener.onFrame(),
      admits: (link, kind, market, message) => this.#admits(link, kind, market, message),
      get isDoubled() {
        return isDoubled();
      },
      onTaken: (market) => listener.onTaken(market),
      onSubscribed: (link) => {
        if (link === this.#link) listener.onSubscribed(this);
        else this.#handover?.subscribed(this.#now());
      },
      onLost: (link) => {
        if (link === this.#next) this.#giveUp();
        else if (this.#next) this.#replace();
        else listener.onLost(this, this.#books);
      },
      onBroken: (link, error) => {
        if (link === this.#next) this.#giveUp();
        else listener.onBroken(this, error);
      },
      onAged: (link) => {
        if (link === this.#link && !this.#next) this.#prepareNext();
      },
      onChange: () => listener.onChange(),
    };
    return new Link(this.plan, this.#parts, hooks);
  }

  #admits(link: Link, kind: MessageKind, market: Market, message: MarketMessage): boolean {
    if (!this.#next || !this.#handover) return true;
    const now = this.#now();
    if (link === this.#link) return this.#handover.admitsOld(kind, market, now);
    return this.#handover.admitsNew(kind, market, message, this.#parts.options.time.wallMicros(), now);
  }

  #prepareNext(): void {
    const { options, refusals } = this.#parts;
    this.#handover?.close();
    this.#handover = new Handover(this.#books, options.dialect.rules, this.#now(), (error) =>
      refusals.add(error, NO_BYTES),
    );
    this.#next = this.#freshLink();
    this.#next.start();
  }

  /** The next connection is the one: as planned, or because the old one died before. */
  #replace(): void {
    const next = this.#next;
    if (!next) return;
    const left = this.#handover?.waiting ?? [];
    this.#reconnects += this.#link.session.reconnects;
    this.#link.stop();
    this.#link = next;
    this.#next = null;
    this.#echoUntil = this.#now() + ECHO_MS;
    if (left.length === 0) return;
    this.#listener.onLost(this, left);
    if (next.session.phase === 'live') this.#listener.onSubscribed(this);
  }

  /** The next connection came to nothing: what it had taken over must be built anew from the old one. */
  #giveUp(): void {
    const taken = this.#handover?.taken ?? [];
    const next = this.#next;
    this.#next = null;
    this.#handover?.close();
    this.#handover = null;
    next?.stop();
    for (const market of taken) market.lose('behind');
  }
}

/** A venue tells marks of what it has contracts of. */
function carriedBy({ books, marks = books }: LinePlan, instruments: readonly Instrument[]): Carried {
  const told = marks.filter((index) => instruments[index]?.contract !== undefined);
  return { books: books.length, marks: told.length };
}
