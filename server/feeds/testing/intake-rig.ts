import type { Quarantined } from '../../../protocol/health.ts';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { Refusal } from '../../../protocol/result.ts';
import type { VenueId } from '../../../protocol/units.ts';
import { SystemClock } from '../../clock.ts';
import { ChannelMeters } from '../channel-meters.ts';
import type { Dialect } from '../dialect.ts';
import { Intake } from '../intake.ts';
import { Market } from '../market.ts';
import { OffsetMeter } from '../offset-meter.ts';
import { Refusals } from '../refusals.ts';
import { RestClient } from '../rest.ts';
import { MarketTableWriter, createMarketTable } from '../table.ts';
import { liveTime } from '../time.ts';
import { WeightBudget } from '../weight-budget.ts';

/** A feed's way of a frame, from its bytes to quarantine or to the shared table, without its socket. */
export class IntakeRig {
  readonly markets: readonly Market[];
  /** The last that were passed on. */
  readonly quarantined: Quarantined[] = [];
  taken = 0;
  /** Why all books of the connection must be sent anew. */
  readonly broken: Refusal[] = [];
  readonly #refusals: Refusals;
  readonly #intake: Intake;

  constructor(dialect: Dialect, instruments: readonly Instrument[]) {
    const clock = new SystemClock();
    const time = liveTime(clock);
    const table = new MarketTableWriter(createMarketTable(instruments.length));
    // Never asked: it stands for the way in only.
    const rest = new RestClient('http://127.0.0.1:9', dialect.rest, new WeightBudget(1, 0), clock);
    const offset = new OffsetMeter(dialect, rest, clock);
    const nothing = (): void => undefined;
    this.markets = instruments.map(
      (instrument, index) =>
        new Market(instrument, index, dialect.rules, table, {
          onSnapshotNeeded: nothing,
          onDepthSilent: nothing,
        }),
    );
    this.#refusals = new Refusals({ venue: 'test' as VenueId, time }, offset, (message) => {
      this.quarantined.push(message);
      if (this.quarantined.length > KEPT) this.quarantined.shift();
    });
    const channels = new ChannelMeters(0);
    this.#intake = new Intake(dialect.decoder(instruments), this.markets, offset, this.#refusals, channels, {
      admits: () => true,
      isDoubled: () => false,
      onTaken: () => {
        this.taken += 1;
      },
      onReply: nothing,
      onBroken: (error) => this.broken.push(error),
    });
  }

  /** What was refused, counted. */
  get refused(): number {
    return this.#refusals.count;
  }

  frame(bytes: Uint8Array): void {
    this.#intake.frame(bytes, 1, 1);
  }
}

const KEPT = 64;
