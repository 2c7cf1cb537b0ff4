/** What the store's health row says: pure. */
import { figure, type RowReading } from '../health/rows.ts';
import { quantile } from '../health/samples.ts';
import type { DatabaseKind } from './database.ts';
import type { StoreState } from './state.ts';

export interface StoreReading {
  readonly state: StoreState;
  /** Records of the log that it does not have yet; null while that is not known. */
  readonly behind: number | null;
  readonly behindMicros: number;
  /** How long searches took, ms, smallest first. */
  readonly searches: ArrayLike<number>;
  readonly windowSeconds: number;
}

const BEHIND_MICROS = 30_000_000;
const NAMES: Readonly<Record<DatabaseKind, string>> = {
  postgresql: 'PostgreSQL',
  embedded: 'Own PostgreSQL',
  pglite: 'PGlite',
};

export function storeRow(reading: StoreReading): RowReading {
  const { state, behind, behindMicros, searches, windowSeconds } = reading;
  const row = (
    is: RowReading['state'],
    sentence: string,
    figures: RowReading['figures'] = [],
  ): RowReading => ({
    id: 'store',
    name: 'Store',
    state: is,
    sentence,
    figures,
  });
  if (state.kind === 'starting') return row('unknown', 'It is starting.');
  if (state.kind === 'down') {
    // Left out on purpose is no fault.
    return row(state.refusal.code === 'store-none' ? 'ok' : 'down', state.refusal.sentence);
  }
  const figures = [
    figure('records behind', behind, 'count'),
    figure('records', state.projection.seq, 'count'),
    figure('search p95', quantile(searches, 0.95), 'ms', searches.length, windowSeconds),
  ];
  const database = `${NAMES[state.database.kind]} ${state.database.version}`;
  if (behind !== null && behind > 0 && behindMicros > BEHIND_MICROS) {
    const sentence = `${database} is ${behind} records behind the log; a search does not find those yet.`;
    return row('degraded', sentence, figures);
  }
  return row('ok', `${database} has what the log has.`, figures);
}
