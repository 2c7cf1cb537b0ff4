import type { FeedView } from '../../protocol/health.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { FeedSetup } from './port.ts';
import { MarketTableReader } from './table.ts';

/** No beat for this long: the feed hangs, and nothing it wrote may look live. */
const HUNG_MICROS = 2_000_000;

/**
 * One venue of a feeds thread, watched from outside by the beat in its own table: when that stops,
 * this venue's table alone says stale and its view says down. Times are monotonic µs.
 */
export class WatchedFeed {
  readonly setup: FeedSetup;
  readonly #table: MarketTableReader;
  readonly #onView: (view: FeedView) => void;
  instruments: readonly Instrument[] | null = null;
  /** Symbols that a person quarantined. */
  distrusted: readonly string[] = [];
  #view: FeedView | null = null;
  #beats = -1;
  #beatAt = 0;
  /** When it was seen to hang; null while it moves. */
  #hungAt: number | null = null;
  #isOver = false;

  constructor(setup: FeedSetup, onView: (view: FeedView) => void) {
    this.setup = setup;
    this.#table = new MarketTableReader(setup.table);
    this.#onView = onView;
  }

  get venue(): VenueId {
    return this.setup.venue.id;
  }

  /** It cannot run, and is not started again. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Its thread starts: it has until then to beat. */
  born(now: number): void {
    this.#beatAt = now;
    this.#hungAt = null;
  }

  /** Of the feed's own word. */
  saw(view: FeedView): void {
    this.#view = view;
    if (this.#hungAt === null && !this.#isOver) this.#onView(view);
  }

  /** Looks at the beat; returns for how long it is seen to hang, µs. */
  look(now: number): number {
    const beats = this.#table.beats();
    if (beats !== this.#beats) {
      this.#beats = beats;
      this.#beatAt = now;
      if (this.#hungAt !== null) {
        this.#hungAt = null;
        this.#table.absolve();
      }
    } else if (this.#hungAt === null && now - this.#beatAt >= HUNG_MICROS) {
      this.#hungAt = now;
      this.down('The feeds thread has not moved for 2 s.');
    }
    // Counted from when it was seen, so that a machine that slept does not end a thread that slept with it.
    return this.#hungAt === null ? 0 : now - this.#hungAt;
  }

  /** Nothing of it is live, for this reason. */
  down(sentence: string): void {
    this.#table.condemn('stale');
    this.#onView({
      frames: 0,
      gaps: 0,
      resyncs: 0,
      reconnects: 0,
      quarantined: 0,
      clockOffsetMs: null,
      clockUncertaintyMs: null,
      clockSource: null,
      lastFrameAt: null,
      quality: null,
      replay: null,
      ...this.#view,
      venue: this.venue,
      state: 'down',
      sentence,
      // Whatever its connections last said: nobody is there to hear them.
      lines: this.#view?.lines.map((line) => ({ ...line, state: 'down', sentence })) ?? [],
    });
  }

  /** It ends for good; `sentence` null: because everything does. */
  end(sentence: string | null): void {
    this.#isOver = true;
    if (sentence === null) this.#table.condemn('stale');
    else this.down(sentence);
  }
}
