/** What the copy's health row says: pure. */
import { figure, type RowReading } from '../../health/rows.ts';

export type CopyState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'down'; readonly sentence: string }
  | { readonly kind: 'following'; readonly seq: number };

export interface CopyReading {
  readonly state: CopyState;
  readonly where: string;
  /** Last record that is known to be on the copy's disk; null before it was first opened. */
  readonly acknowledged: number | null;
  /** Records of the log. */
  readonly size: number;
  /** For how long something has been missing there, µs; 0 = nothing is. */
  readonly behindMicros: number;
}

const BEHIND_MICROS = 30_000_000;

export function copyRow({ state, where, acknowledged, size, behindMicros }: CopyReading): RowReading {
  const behind = acknowledged === null ? null : Math.max(0, size - acknowledged);
  const figures = [
    figure('records behind', behind, 'count'),
    figure('behind for', Math.floor(behindMicros / 1_000_000), 'seconds'),
    figure('last record', acknowledged, 'count'),
  ];
  const row = (is: RowReading['state'], sentence: string): RowReading => ({
    id: 'copy',
    name: 'Copy of the log',
    state: is,
    sentence,
    figures,
  });
  if (state.kind === 'starting') return row('unknown', `The copy in ${where} is being opened.`);
  if (state.kind === 'down') return row('down', state.sentence);
  if (behind !== null && behind > 0 && behindMicros > BEHIND_MICROS) {
    return row('degraded', `The copy in ${where} lacks the newest ${behind} records of the log.`);
  }
  return row('ok', `Record ${state.seq} is on the disk of ${where}.`);
}
