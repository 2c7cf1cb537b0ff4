/** What the price worker and the main thread say to each other. Panels go to the compute worker by a port. */
import type { Refusal } from '../../protocol/result.ts';
import type { Horizon } from '../../shaders/analyses/returns-panel.ts';
import type { CleaningReport } from '../../shaders/prices/report.ts';

/** An import, told apart from the ones before by its id. */
export type ToPrices =
  | { readonly kind: 'start'; readonly panels: MessagePort }
  /** A person's own file: it is read here and goes nowhere. */
  | { readonly kind: 'file'; readonly id: number; readonly file: File; readonly name: string }
  /** One that the server keeps. */
  | {
      readonly kind: 'stored';
      readonly id: number;
      readonly sha256: string;
      readonly name: string;
      readonly bytes: number;
      readonly asPrinted: boolean;
    }
  | { readonly kind: 'stop' };

/** An imported panel as the page shows it. */
export interface PricesSummary {
  readonly sha256: string;
  readonly name: string;
  /** Of its instruments. */
  readonly names: readonly string[];
  readonly samples: number;
  readonly horizon: Horizon;
  /** µs. */
  readonly from: number;
  readonly to: number;
  readonly report: CleaningReport;
}

export type FromPrices = { readonly id: number } & (
  | { readonly kind: 'progress'; /** 0 … 1 */ readonly done: number; readonly rows: number }
  /** The panel is on its way to the compute worker. */
  | { readonly kind: 'imported'; readonly prices: PricesSummary }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
);
