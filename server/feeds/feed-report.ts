import type { FeedQuality } from '../../protocol/feed-quality.ts';
import type { FeedLine, FeedState, FeedView } from '../../protocol/health.ts';
import type { Micros } from '../../protocol/units.ts';
import type { ClockOffset } from './clock-offset.ts';
import type { FeedListener, FeedOptions } from './feed-options.ts';
import { describeFeed, type FeedFacts, type FeedWords } from './feed-words.ts';
import type { Line } from './line.ts';
import type { ResyncCause } from './resync-cause.ts';

const VIEW_MICROS = 1_000_000;

/** A connection, or what stands for one. */
export type ReportedLine = Pick<Line, 'words' | 'reconnects' | 'carries'>;

/** What the report asks of its feed when it is written. */
export interface FeedStatus extends Pick<FeedFacts, 'ended' | 'books' | 'missing' | 'distrusted'> {
  /** Null until the instruments are known. */
  readonly lines: readonly ReportedLine[] | null;
  readonly offset: ClockOffset | null;
  readonly quarantined: number;
  readonly quality: () => FeedQuality;
}

/** Counts what happened to a feed, keeps why something is missing, and tells its view. */
export class FeedReport {
  readonly #options: Pick<FeedOptions, 'venue' | 'remark' | 'replay' | 'clock' | 'time'>;
  readonly #status: () => FeedStatus;
  readonly #onView: FeedListener['onView'];
  #viewedAt = -Infinity;
  #viewedState = '';
  frames = 0;
  gaps = 0;
  resyncs = 0;
  lastFrameAt: Micros | null = null;
  startFault: string | null = null;
  restFault: string | null = null;
  historyFault: string | null = null;

  constructor(
    options: Pick<FeedOptions, 'venue' | 'remark' | 'replay' | 'clock' | 'time'>,
    status: () => FeedStatus,
    onView: FeedListener['onView'],
  ) {
    this.#options = options;
    this.#status = status;
    this.#onView = onView;
  }

  view(): FeedView {
    const status = this.#status();
    const { state, sentence } = this.#words(status);
    const lines = status.lines ?? [];
    const { offset } = status;
    return {
      venue: this.#options.venue,
      state,
      sentence,
      lines: lines.map(spoken),
      frames: this.frames,
      gaps: this.gaps,
      resyncs: this.resyncs,
      reconnects: lines.reduce((sum, line) => sum + line.reconnects, 0),
      quarantined: status.quarantined,
      clockOffsetMs: offset ? offset.offsetMs : null,
      clockUncertaintyMs: offset ? offset.uncertaintyMs : null,
      clockSource: offset ? offset.source : null,
      lastFrameAt: this.lastFrameAt,
      quality: status.quality(),
      replay: this.#options.replay?.() ?? null,
    };
  }

  publish(): void {
    const view = this.view();
    this.#viewedAt = this.#options.clock.monotonicMicros();
    this.#viewedState = statesOf(view.state, view.lines);
    this.#onView(view);
  }

  publishOnChange(): void {
    const status = this.#status();
    const lines = (status.lines ?? []).map((line) => line.words);
    if (statesOf(this.#words(status).state, lines) !== this.#viewedState) this.publish();
  }

  /** On change, and each second. */
  tick(): void {
    if (this.#options.clock.monotonicMicros() - this.#viewedAt >= VIEW_MICROS) this.publish();
    else this.publishOnChange();
  }

  /** A book must be built anew. */
  count(cause: ResyncCause): void {
    if (cause === 'gap') this.gaps += 1;
    if (cause !== 'start' && cause !== 'refresh') this.resyncs += 1;
  }

  #words({ ended, lines, books, missing, distrusted }: FeedStatus): FeedWords {
    const { startFault, restFault, historyFault } = this;
    const { remark, time } = this.#options;
    return describeFeed({
      ended,
      lines: lines?.map(spoken) ?? null,
      startFault,
      restFault: restFault ?? historyFault,
      books,
      missing,
      distrusted,
      held: time.isHeld,
      remark,
    });
  }
}

const spoken = ({ carries, words }: ReportedLine): FeedLine => ({ ...carries, ...words });

function statesOf(state: FeedState, lines: readonly Pick<FeedWords, 'state'>[]): string {
  return [state, ...lines.map((line) => line.state)].join();
}
