/** How the figures of the history are called and written, and what is said of the server's recording. */
import type { HistoryFigure, HistoryRange, KernelHistory } from '../../../protocol/kernels.ts';
import { compact, formatMoney, utcDate, utcTime } from '../../ui/format.ts';
import { percent, signed } from '../analysis/analysis-words.ts';

const ONE = 1_000_000;
const share = (millionths: number): string => percent(millionths / ONE);
const dollars = (micros: number): string => `${formatMoney(BigInt(micros))} USD`;

/** How each is called in a sentence and in a column, and its whole millionths written. */
export const FIGURES: Readonly<
  Record<HistoryFigure, { readonly name: string; readonly format: (millionths: number) => string }>
> = {
  'absorption-1s': { name: 'absorption ratio', format: share },
  'mean-correlation-1s': { name: 'mean correlation', format: (value) => signed(value / ONE) },
  'absorption-1m': { name: 'absorption ratio', format: share },
  'mean-correlation-1m': { name: 'mean correlation', format: (value) => signed(value / ONE) },
  wild: { name: 'probability of the wild regime', format: share },
  cascade: { name: 'probability of a cascade', format: share },
  'value-at-risk': { name: 'value at risk, 99 %', format: dollars },
  shortfall: { name: 'expected shortfall, 99 %', format: dollars },
};

export const SUBJECT_NAMES = ['structure-1s', 'structure-1m', 'regime', 'cascade', 'risk'] as const;
export type SubjectName = (typeof SUBJECT_NAMES)[number];

export interface Subject {
  readonly name: string;
  readonly figures: readonly HistoryFigure[];
  /** Of the structure that this tab can compute too; null: only the server does. */
  readonly horizon: '1s' | '1m' | null;
  /** A number of its axis, which its figures share. */
  readonly axis: (value: number) => string;
}

const plain = (value: number): string => value.toFixed(2);

export const SUBJECTS: Readonly<Record<SubjectName, Subject>> = {
  'structure-1s': {
    name: 'Structure 1 s',
    figures: ['absorption-1s', 'mean-correlation-1s'],
    horizon: '1s',
    axis: plain,
  },
  'structure-1m': {
    name: 'Structure 1 min',
    figures: ['absorption-1m', 'mean-correlation-1m'],
    horizon: '1m',
    axis: plain,
  },
  regime: { name: 'Regime', figures: ['wild'], horizon: null, axis: percent },
  cascade: { name: 'Cascade', figures: ['cascade'], horizon: null, axis: percent },
  risk: { name: 'Risk', figures: ['value-at-risk', 'shortfall'], horizon: null, axis: compact },
};

/** On a button, in a sentence, and how long a point is. */
export const RANGES: Readonly<
  Record<HistoryRange, { readonly name: string; readonly spoken: string; readonly bucket: string }>
> = {
  '1h': { name: '1 hour', spoken: 'hour', bucket: 'minute' },
  '1d': { name: '1 day', spoken: 'day', bucket: '5 minutes' },
  '1w': { name: '1 week', spoken: 'week', bucket: '30 minutes' },
};

/** Why no new points of the server's come; null: they do. */
export function recordingText(recording: KernelHistory['recording']): string | null {
  switch (recording) {
    case 'on':
      return null;
    case 'off':
      return 'The server’s own analyses are turned off ([kernels] enabled = false): what it shows is of before, and new points are this tab’s alone.';
    case 'replay':
      return 'What is replayed is another time’s market, and the server records nothing of it: new points are this tab’s alone.';
  }
}

export const timeText = (at: number): string => `${utcDate(at)} ${utcTime(at).slice(0, 5)}`;
