/** What goes between the control thread and the thread of the server's own kernels. */
import type { MessagePort } from 'node:worker_threads';
import type { Origin } from '../../protocol/origin.ts';
import type { InstrumentIndex, Lots, QuoteMicros } from '../../protocol/units.ts';
import type { VenueTable } from '../feeds/port.ts';
import type { KernelReport } from './report.ts';

export interface KernelSettings {
  readonly everySeconds: number;
  /** 1 s returns that structure and cascade are of. */
  readonly window: number;
  readonly clusterCorrelation: number;
  readonly origin: Origin;
  readonly tables: readonly VenueTable[];
  readonly clockShiftMicros: number;
}

export interface KernelThreadData {
  readonly settings: KernelSettings;
  /** To the feeds. */
  readonly feeds: MessagePort;
}

/** A row of the panel; no two are called the same. */
export interface KernelRow {
  readonly index: InstrumentIndex;
  readonly name: string;
}

/** What is held of one instrument; its value by a fresh mark, signed as the size is. Null: it has none. */
export interface HeldPosition extends KernelRow {
  readonly lots: Lots;
  readonly value: QuoteMicros | null;
}

export type ControlToKernels =
  | {
      readonly kind: 'market';
      readonly rows: readonly KernelRow[];
      /** Of all that is listed, by its index. */
      readonly venues: readonly string[];
    }
  | { readonly kind: 'book'; readonly held: readonly HeldPosition[] }
  | { readonly kind: 'stop' };

export type KernelsToControl =
  /** It lives; a run that was due while another ran is skipped, one over its time is cut. */
  | { readonly kind: 'counts'; readonly runs: number; readonly skipped: number; readonly cut: number }
  /** A run begins: which book is it of? */
  | { readonly kind: 'book?' }
  | { readonly kind: 'report'; readonly report: KernelReport };
