import type { Subscription } from '../../protocol/messages.ts';
import type { InstrumentIndex } from '../../protocol/units.ts';
import type { Wire } from './wire.ts';

export interface SubscriberWorld {
  readonly wire: Pick<Wire, 'subscribe'>;
  /** Monotonic ms. */
  readonly now: () => number;
  readonly later: (ms: number, run: () => void) => void;
  /** A subscription went out: from now on only these instruments' books and trades are looked at. */
  readonly onSent: (watched: readonly number[]) => void;
  /** Null: the server serves what was asked for. Else why it does not, or not yet. */
  readonly onAnswered: (refusal: string | null) => void;
}

const ANIMATION_HZ = 20;
/** The relay takes five a second of one console; this leaves room for the pairs. */
const EVERY_MS = 300;
const RETRY_MS = 1000;
/** The server takes no more of one console. */
const BOOKS_MOST = 16;
const RETRY_AT_MOST_MS = 8000;

/**
 * What this console wants of the market, said to the server seldom enough to be heard, and again
 * until it is heard: a refused subscription is a console that looks alive and is not.
 */
export class Subscriber {
  readonly #world: SubscriberWorld;
  #instruments = 0;
  #focus: number | null = null;
  /** Whose books are wanted besides. */
  #beside: readonly number[] = [];
  #visible = true;
  #online = false;
  /** Counts connections: an answer of an old one says nothing. */
  #connection = 0;
  #nextAt = -Infinity;
  #waiting = false;
  #unanswered = 0;
  #afresh = false;
  #retryMs = RETRY_MS;

  constructor(world: SubscriberWorld) {
    this.#world = world;
  }

  /** Frames a second that were asked for last. */
  get hz(): 0 | typeof ANIMATION_HZ {
    return this.#visible ? ANIMATION_HZ : 0;
  }

  /** A snapshot is here: instruments are known and the server listens. */
  online(instruments: number): void {
    this.#online = true;
    this.#instruments = instruments;
    this.#soon();
  }

  /** More instruments are known; the one that was waited for may be among them. */
  listed(instruments: number): void {
    const waited = this.#focus !== null && this.#focus >= this.#instruments && this.#focus < instruments;
    this.#instruments = instruments;
    if (waited) this.#soon();
  }

  offline(): void {
    this.#online = false;
    this.#connection += 1;
    this.#unanswered = 0;
    this.#afresh = false;
    this.#retryMs = RETRY_MS;
  }

  focus(instrument: number | null): void {
    if (instrument === this.#focus) return;
    this.#focus = instrument;
    this.#soon();
  }

  beside(instruments: readonly number[]): void {
    if (String(instruments) === String(this.#beside)) return;
    this.#beside = instruments;
    this.#soon();
  }

  visible(visible: boolean): void {
    this.#visible = visible;
    this.#soon();
  }

  /** The same again, e.g. because the server paused it. */
  again(): void {
    this.#soon();
  }

  /** A chain is broken: forget the book at the server and name it again, which brings a snapshot. */
  afresh(): void {
    // What is on its way may bring the snapshot; if not, the next delta asks again.
    if (this.#unanswered > 0) return;
    this.#afresh = true;
    this.#soon();
  }

  /** Running through the watch list by keyboard asks for the last instrument, not for each on the way. */
  #soon(): void {
    if (!this.#online || this.#waiting) return;
    const wait = this.#nextAt - this.#world.now();
    if (wait <= 0) {
      this.#send();
      return;
    }
    this.#waiting = true;
    this.#world.later(wait, () => {
      this.#waiting = false;
      if (this.#online) this.#send();
    });
  }

  #send(): void {
    const isKnown = (index: number): index is InstrumentIndex => index < this.#instruments;
    const focus = (this.#focus === null ? [] : [this.#focus]).filter(isKnown);
    const books = [...new Set([...focus, ...this.#beside.filter(isKnown)])].slice(0, BOOKS_MOST);
    const wanted: Subscription = { quotes: 'all', trades: focus, books, bars: true, hz: this.hz };
    const sendings = this.#afresh ? [{ ...wanted, trades: [], books: [] }, wanted] : [wanted];
    this.#afresh = false;
    this.#nextAt = this.#world.now() + EVERY_MS * sendings.length;
    this.#world.onSent(books);
    this.#unanswered += 1;
    const connection = this.#connection;
    void Promise.all(sendings.map((sending) => this.#world.wire.subscribe(sending))).then((answers) => {
      if (connection !== this.#connection) return;
      this.#unanswered -= 1;
      if (answers.every((answer) => answer?.ok)) {
        this.#retryMs = RETRY_MS;
        this.#world.onAnswered(null);
        return;
      }
      const sentence = answers.find((answer) => answer && !answer.ok)?.sentence;
      this.#world.onAnswered(sentence ?? 'The server did not answer a subscription.');
      this.#world.later(this.#retryMs, () => {
        if (connection !== this.#connection) return;
        this.#afresh = true;
        this.#soon();
      });
      this.#retryMs = Math.min(this.#retryMs * 2, RETRY_AT_MOST_MS);
    });
  }
}
