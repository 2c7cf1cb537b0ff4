import type { HealthRow } from '../../protocol/health.ts';
import type { Clock } from '../clock.ts';
import type { RowReading } from './rows.ts';

/** The health rows as they are now, each with the time since when it is in its state. */
export class HealthBoard {
  readonly #clock: Clock;
  #rows = new Map<string, HealthRow>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the readings, whole; a row that is not among them is gone. Returns the rows. */
  update(readings: readonly RowReading[]): HealthRow[] {
    const checkedAt = this.#clock.wallMicros();
    const rows = readings.map((reading): HealthRow => {
      const before = this.#rows.get(reading.id);
      const since = before?.state === reading.state ? before.since : checkedAt;
      return { ...reading, since, checkedAt };
    });
    this.#rows = new Map(rows.map((row) => [row.id, row]));
    return rows;
  }

  rows(): HealthRow[] {
    return [...this.#rows.values()];
  }
}
