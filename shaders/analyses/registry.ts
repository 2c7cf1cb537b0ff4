/**
 * The one list of analyses. To add one: a file beside this that exports an `Analysis` (a pure function of
 * panel and options over the kernels, breathing at least every 50 ms), its line here, and its test on
 * a panel in which the answer was planted. A page's panel asks with `useAnalysis('name', options, …)`
 * (web/panels/analysis), the server with `analyse(ANALYSES.name, …)`; nothing else needs to know of it.
 */
import type { Analysis } from './analysis.ts';
import { cascade } from './cascade.ts';
import { contagion } from './contagion.ts';
import { leadlag } from './leadlag.ts';
import { risk } from './risk.ts';
import { structure } from './structure.ts';
import type { TickLeads, TickLeadsOptions } from './tick-leads.ts';
import { uncertainty } from './uncertainty.ts';

export const ANALYSES = { structure, cascade, contagion, uncertainty, risk, leadlag } as const;

export type AnalysisName = keyof typeof ANALYSES;
/** What is asked of trades at their own times (`analyseTicks`) and not of returns on a grid. */
export type TickAnalysisName = 'tickLeads';
/** Of several names: of any of them. */
export type OptionsOf<N extends AnalysisName | TickAnalysisName> = N extends AnalysisName
  ? (typeof ANALYSES)[N] extends Analysis<infer Options, unknown>
    ? Options
    : never
  : TickLeadsOptions;
export type AnswerOf<N extends AnalysisName | TickAnalysisName> = N extends AnalysisName
  ? (typeof ANALYSES)[N] extends Analysis<never, infer Answer>
    ? Answer
    : never
  : TickLeads;

/** One of the list by a name that is known only at run time; its options and answer go together with it. */
export function analysisOf<N extends AnalysisName>(name: N): Analysis<OptionsOf<N>, AnswerOf<N>> {
  return ANALYSES[name] as unknown as Analysis<OptionsOf<N>, AnswerOf<N>>;
}
