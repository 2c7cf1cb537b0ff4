import type { Figures } from '../lib/report.ts';

/** One kernel's part of `npm run bench -- kernels`: prints its table, returns its figures. */
export interface Section {
  readonly name: string;
  readonly run: () => Promise<SectionResult> | SectionResult;
}

export interface SectionResult {
  readonly pass: boolean;
  readonly figures: Figures;
}
