/** What the analysis worker and the main thread say to each other. */
import type { Refusal } from '../../protocol/result.ts';
import type { Answered } from '../../shaders/analyses/analysis.ts';
import type { AnalysisName, AnswerOf, OptionsOf, TickAnalysisName } from '../../shaders/analyses/registry.ts';
import type { Backend } from '../../shaders/runtime/backend.ts';
import type { PanelQuery } from './port.ts';

/** Any analysis, of bars or of trades. */
export type AnyName = AnalysisName | TickAnalysisName;

/** The trades of some instruments, by their numbers, in the last `seconds`. */
export interface TicksOf {
  readonly instruments: readonly { readonly index: number; readonly name: string }[];
  readonly seconds: number;
}

/** One analysis of one window, asked again as bars come. What it is asked of goes with its name. */
export interface Question<N extends AnyName = AnyName> {
  readonly name: N;
  readonly options: OptionsOf<N>;
  readonly of: PanelQuery | TicksOf;
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
    | { readonly kind: 'answered'; readonly answered: Answered<AnswerOf<AnyName>> }
    | { readonly kind: 'refused'; readonly refusal: Refusal }
    | { readonly kind: 'failed'; readonly sentence: string }
  );
