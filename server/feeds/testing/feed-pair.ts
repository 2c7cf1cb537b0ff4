import type { ManualClock } from '../../testing/manual-clock.ts';
import type { Dialect } from '../dialect.ts';
import { emptyMark, emptyQuote } from '../table.ts';
import { liveTime } from '../time.ts';
import { FakeVenue } from './fake-venue.ts';
import { FeedRig } from './feed-rig.ts';

/** A venue and its feed, over real sockets, by the test's own clock. */
export class FeedPair {
  readonly venue = new FakeVenue();
  readonly #clock: ManualClock;
  #rig: FeedRig | null = null;
  #told = 0;

  constructor(clock: ManualClock) {
    this.#clock = clock;
    this.venue.wallMs = () => clock.wallMicros() / 1000;
  }

  get rig(): FeedRig {
    if (!this.#rig) throw new Error('not started');
    return this.#rig;
  }
  /** Of the first instrument. */
  get state(): string {
    return this.stateOf(0);
  }
  get mark(): { price: number; state: string } {
    const mark = emptyMark();
    this.rig.reader.readMark(0, mark);
    return { price: mark.markPrice, state: mark.state };
  }

  stateOf(instrument: number): string {
    const quote = emptyQuote();
    this.rig.reader.readQuote(instrument, quote);
    return quote.state;
  }

  /** `silenceMs`: what the venue itself calls dead. */
  async start(silenceMs: number, spoken: Dialect): Promise<void> {
    await this.venue.start();
    const { restUrl, wsUrl } = this.venue;
    const dialect = { ...spoken, rules: { ...spoken.rules, silenceMs } };
    const time = liveTime(this.#clock);
    this.#rig = new FeedRig({ restUrl, wsUrl, dialect, clock: this.#clock, time });
    this.rig.feed.start();
    await this.live();
  }

  /** Both ends are here: it takes turns of the loop, not time of a clock. */
  async live(): Promise<void> {
    const isUp = (): boolean => ['live', 'quiet'].includes(this.rig.view.state);
    for (let turn = 0; turn < 400 && !isUp(); turn++) await this.#clock.advanceAsync(50);
    if (!isUp()) throw new Error(`not live: ${this.rig.view.sentence}`);
  }

  /** A trade of the first instrument, and it is there. */
  async tell(path?: string): Promise<void> {
    this.#told += 1;
    this.venue.send(this.venue.tradeFrame('AAAUSDT', '99.60', '1'), path);
    await this.rig.until('the trade', () => this.rig.reader.tradeCount(0) === this.#told);
  }

  async stop(): Promise<void> {
    this.#rig?.feed.stop();
    await this.venue.kill();
  }
}
