/** Effects: minute bars in the database, written in whole batches, read by time. */
import type { Origin } from '../../../protocol/origin.ts';
import { MINUTE } from '../../feeds/candles/instrument-bars.ts';
import { packRows, unpackRows, type MinuteRow } from '../../feeds/candles/minute-rows.ts';
import type { Database, Queries } from '../database.ts';
import type { BarInstrument, BarsQuestion } from './questions.ts';

/** One statement carries so many rows. */
const CHUNK = 5000;

interface StoredBar {
  readonly minute: number;
  readonly instrument: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly buys: number | null;
  readonly trades: number;
  readonly covered: number;
  readonly mid: number;
}

export class BarTable {
  readonly #database: Database;
  /** Ids of instruments by what they are; they never change. */
  readonly #ids = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** All of them or none. Where a bar is there, the one of which more was watched stays. */
  async write({
    origin,
    instruments,
    rows,
  }: Pick<BarsQuestion & { kind: 'write' }, 'origin' | 'instruments' | 'rows'>): Promise<void> {
    const bars = unpackRows(rows);
    const ids = await this.#idsOf(origin, instruments);
    await this.#database.transaction(async (queries) => {
      for (let at = 0; at < bars.length; at += CHUNK) await insert(queries, ids, bars.slice(at, at + CHUNK));
    });
  }

  async read({
    origin,
    instruments,
    from,
    to,
  }: Omit<BarsQuestion & { kind: 'read' }, 'kind'>): Promise<Float64Array> {
    const ids = await this.#idsOf(origin, instruments);
    const placeOf = new Map(ids.map((id, place) => [id, place]));
    const stored = await this.#database.query<StoredBar>(
      `SELECT minute, instrument, open, high, low, close, volume, buys, trades, covered, mid
         FROM cwts.bars WHERE minute >= $1 AND minute < $2 AND instrument = ANY($3::int[])`,
      [Math.ceil(from / MINUTE), Math.ceil(to / MINUTE), ids],
    );
    return packRows(
      stored.map(({ minute, instrument, buys, ...bar }) => ({
        instrument: placeOf.get(instrument) ?? 0,
        bar: { ...bar, at: minute * MINUTE, buys: buys ?? Number.NaN },
      })),
    );
  }

  /** Removes minutes before `before` (µs). */
  async forget(before: number): Promise<void> {
    await this.#database.query('DELETE FROM cwts.bars WHERE minute < $1', [Math.floor(before / MINUTE)]);
  }

  /** By place; makes those that are not there. */
  async #idsOf(origin: Origin, instruments: readonly BarInstrument[]): Promise<number[]> {
    const fresh = instruments.filter((one) => !this.#ids.has(keyOf(origin, one)));
    if (fresh.length > 0) {
      const of = <T>(get: (one: BarInstrument) => T): T[] => fresh.map(get);
      const values = [
        of(() => origin),
        of(({ venue }) => venue),
        of(({ symbol }) => symbol),
        of(({ priceScale }) => priceScale),
        of(({ tickStep }) => tickStep),
        of(({ sizeScale }) => sizeScale),
        of(({ lotStep }) => lotStep),
      ];
      await this.#database.query(
        `INSERT INTO cwts.bar_instruments (${COLUMNS}) SELECT ${COLUMNS} FROM ${FRESH} ON CONFLICT DO NOTHING`,
        values,
      );
      const rows = await this.#database.query<BarInstrument & { readonly id: number }>(
        `SELECT id, venue, symbol, price_scale AS "priceScale", tick_step AS "tickStep",
                size_scale AS "sizeScale", lot_step AS "lotStep"
           FROM cwts.bar_instruments JOIN ${FRESH} USING (${COLUMNS})`,
        values,
      );
      for (const row of rows) this.#ids.set(keyOf(origin, row), row.id);
    }
    return instruments.map((one) => this.#ids.get(keyOf(origin, one)) ?? -1);
  }
}

const COLUMNS = 'origin, venue, symbol, price_scale, tick_step, size_scale, lot_step';
const FRESH = `unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::bigint[], $6::int[], $7::bigint[])
  AS fresh (${COLUMNS})`;

const keyOf = (origin: Origin, one: BarInstrument): string =>
  [origin, one.venue, one.symbol, one.priceScale, one.tickStep, one.sizeScale, one.lotStep].join(' ');

async function insert(queries: Queries, ids: readonly number[], rows: readonly MinuteRow[]): Promise<void> {
  const known = rows.filter(({ instrument }) => (ids[instrument] ?? -1) >= 0);
  const of = <T>(get: (row: MinuteRow) => T): T[] => known.map(get);
  await queries.query(
    `INSERT INTO cwts.bars AS old
       (minute, instrument, open, high, low, close, volume, buys, trades, covered, mid)
     SELECT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                          $7::bigint[], $8::bigint[], $9::int[], $10::int[], $11::bigint[])
     ON CONFLICT (minute, instrument) DO UPDATE SET
       open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close,
       volume = excluded.volume, buys = excluded.buys, trades = excluded.trades,
       covered = excluded.covered, mid = greatest(old.mid, excluded.mid)
     WHERE excluded.covered > old.covered`,
    [
      of(({ bar }) => Math.floor(bar.at / MINUTE)),
      of(({ instrument }) => ids[instrument] ?? -1),
      of(({ bar }) => bar.open),
      of(({ bar }) => bar.high),
      of(({ bar }) => bar.low),
      of(({ bar }) => bar.close),
      of(({ bar }) => bar.volume),
      of(({ bar }) => (Number.isNaN(bar.buys) ? null : bar.buys)),
      of(({ bar }) => bar.trades),
      of(({ bar }) => bar.covered),
      of(({ bar }) => bar.mid),
    ],
  );
}
