/** What the analysis worker and the main thread say to each other. */
import type { Refusal } from '../../protocol/result.ts';
import type { Answered } from '../../shaders/analyses/analysis.ts';
import type { AnalysisName, AnswerOf, OptionsOf } from '../../shaders/analyses/registry.ts';
import type { Backend } from '../../shaders/runtime/backend.ts';
import type { PanelQuery } from './port.ts';

/** One analysis of one window, asked again as bars come. */
export interface Question<N extends AnalysisName = AnalysisName> extends PanelQuery {
  readonly name: N;
  readonly options: OptionsOf<N>;
  /** Seconds from the beginning of one answer to that of the next, at least. */
  readonly everyS: number;
}

/** A slot is a panel's: it has one question at a time, told apart from the ones before by its id. */
interface Place {
  readonly slot: number;
  readonly id: number;
}

export type ToAnalysis =
  | { readonly kind: 'start'; readonly panels: MessagePort; readonly pinned: Backend | null }
  | { readonly kind: 'pin'; readonly backend: Backend | null }
  | (Place & { readonly kind: 'ask'; readonly question: Question })
  /** Nobody looks at this slot's answers any more. */
  | { readonly kind: 'drop'; readonly slot: number }
  | { readonly kind: 'visible'; readonly visible: boolean };

export type FromAnalysis = Place &
  (
    | { readonly kind: 'running' }
    | { readonly kind: 'progress'; readonly done: number; readonly of: number }
    | { readonly kind: 'answered'; readonly answered: Answered<AnswerOf<AnalysisName>> }
    | { readonly kind: 'refused'; readonly refusal: Refusal }
    | { readonly kind: 'failed'; readonly sentence: string }
  );
