import type { Instrument } from '../../protocol/instrument.ts';
import type { VenueId } from '../../protocol/units.ts';
import { SystemClock } from '../../server/clock.ts';
import { ChannelMeters } from '../../server/feeds/channel-meters.ts';
import type { Dialect } from '../../server/feeds/dialect.ts';
import { Intake } from '../../server/feeds/intake.ts';
import { Market } from '../../server/feeds/market.ts';
import { OffsetMeter } from '../../server/feeds/offset-meter.ts';
import { Refusals } from '../../server/feeds/refusals.ts';
import { RestClient } from '../../server/feeds/rest.ts';
import { MarketTableWriter, createMarketTable } from '../../server/feeds/table.ts';
import { liveTime } from '../../server/feeds/time.ts';
import { WeightBudget } from '../../server/feeds/weight-budget.ts';
import type { Opening } from './recorded.ts';

/** What a socket brings at once to a thread that is busy: the runtime reads no more at a time. */
export const FULL_READ = 65_536;
/** Each frame comes alone. */
export const ALONE = 0;

/** A feed's way of a frame, from its bytes to the shared table: decoded, checked, applied. */
export class OurWay {
  readonly market: Market;
  readonly #table: MarketTableWriter;
  readonly #readBytes: number;
  readonly #connect: () => Intake;
  #intake: Intake;
  #faults = 0;
  /** Bytes of the read that is under way. */
  #bytes = 0;

  /** `readBytes`: what one read of the socket brings; the table is written behind it. */
  constructor(dialect: Dialect, instrument: Instrument, readBytes: number) {
    const clock = new SystemClock();
    const time = liveTime(clock);
    this.#table = new MarketTableWriter(createMarketTable(1), () => undefined);
    this.#readBytes = readBytes;
    // Never asked: it stands for the way in only.
    const rest = new RestClient('http://127.0.0.1:9', dialect.rest, new WeightBudget(1, 0), clock);
    const offset = new OffsetMeter(dialect, rest, clock);
    const fault = (): void => {
      this.#faults += 1;
    };
    this.market = new Market(instrument, 0, dialect.rules, this.#table, {
      onSnapshotNeeded: (_, cause) => {
        if (cause !== 'refresh') fault();
      },
      onDepthSilent: fault,
    });
    const refusals = new Refusals({ venue: 'bench' as VenueId, time }, offset, fault);
    const channels = new ChannelMeters(0);
    this.#connect = () =>
      new Intake(dialect.decoder([instrument]), [this.market], offset, refusals, channels, {
        admits: () => true,
        isDoubled: () => false,
        onTaken: () => undefined,
        onReply: () => undefined,
        onBroken: fault,
      });
    this.#intake = this.#connect();
  }

  /** What was refused or fell out of step. */
  get faults(): number {
    return this.#faults;
  }

  /** As over a new connection: numbers start over, and another decoder reads. */
  begin(opening: Opening | null): void {
    this.market.restart();
    this.#intake = this.#connect();
    if (Buffer.isBuffer(opening)) this.frame(opening);
    else if (opening) this.market.answer(opening, 0, 0);
  }

  frame(bytes: Buffer): void {
    this.#intake.frame(bytes, 1, 1);
    this.#bytes += bytes.length;
    if (this.#bytes >= this.#readBytes) this.end();
  }

  /** Nothing more is there to be read. */
  end(): void {
    this.#bytes = 0;
    this.#table.queue.flush();
  }
}
