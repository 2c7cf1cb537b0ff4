import type { Instrument } from '../../protocol/instrument.ts';
import type { VenueId } from '../../protocol/units.ts';
import { SystemClock } from '../../server/clock.ts';
import type { BookSnapshot, Dialect } from '../../server/feeds/dialect.ts';
import { Intake } from '../../server/feeds/intake.ts';
import { Market } from '../../server/feeds/market.ts';
import { OffsetMeter } from '../../server/feeds/offset-meter.ts';
import { Refusals } from '../../server/feeds/refusals.ts';
import { RestClient } from '../../server/feeds/rest.ts';
import { MarketTableWriter, createMarketTable } from '../../server/feeds/table.ts';
import { liveTime } from '../../server/feeds/time.ts';
import { WeightBudget } from '../../server/feeds/weight-budget.ts';

/** A feed's way of a frame, from its bytes to the shared table: decoded, checked, applied. */
export class OurWay {
  readonly market: Market;
  readonly #intake: Intake;
  #faults = 0;

  constructor(dialect: Dialect, instrument: Instrument) {
    const clock = new SystemClock();
    const time = liveTime(clock);
    const table = new MarketTableWriter(createMarketTable(1));
    // Never asked: it stands for the way in only.
    const rest = new RestClient('http://127.0.0.1:9', dialect.rest, new WeightBudget(1, 0), clock);
    const offset = new OffsetMeter(dialect, rest, clock);
    const fault = (): void => {
      this.#faults += 1;
    };
    this.market = new Market(instrument, 0, dialect.rules, table, {
      onSnapshotNeeded: (_, cause) => {
        if (cause !== 'refresh') fault();
      },
      onDepthSilent: fault,
    });
    const refusals = new Refusals({ venue: 'bench' as VenueId, time }, offset, fault);
    this.#intake = new Intake(dialect.decoder([instrument]), [this.market], offset, refusals, {
      admits: () => true,
      isDoubled: () => false,
      onTaken: () => undefined,
      onReply: () => undefined,
      onBroken: fault,
    });
  }

  /** What was refused or fell out of step. */
  get faults(): number {
    return this.#faults;
  }

  /** As behind a new connection: numbers start over. */
  begin(snapshot: BookSnapshot): void {
    this.market.restart();
    this.market.answer(snapshot, 0, 0);
  }

  frame(bytes: Buffer): void {
    this.#intake.frame(bytes, 1, 1);
  }
}
