import { createStore } from 'zustand/vanilla';
import type { Factor } from '../../protocol/factors.ts';
import type { Refusal } from '../../protocol/result.ts';

/** One line of what an act changes, in words. */
export interface Difference {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

export type Performed = { readonly ok: true } | { readonly ok: false; readonly error: Refusal };

/** What a person is asked to confirm with a factor. */
export interface FactorQuestion {
  readonly title: string;
  /** What will be done, whole, before it is. */
  readonly sentence: string;
  /** The command (or action) without its factor: a passkey signs its hash. */
  readonly action: object;
  /** What changes, from what to what. */
  readonly differences?: readonly Difference[];
  /** A passkey is asked for as soon as the dialog stands: what it stands for was pressed already. */
  readonly atOnce?: boolean;
  /** The words on the button; "Confirm" without. */
  readonly verb?: string;
  /**
   * Done while the dialog stands, so that a refusal (a wrong code) is answered in its place. Without
   * it the dialog closes with the factor.
   */
  readonly perform?: (factor: Factor) => Promise<Performed>;
}

export interface Asked extends FactorQuestion {
  readonly answer: (factor: Factor | null) => void;
}

/**
 * The one step-up question that may stand; a second one replaces the first, which is answered with null.
 * `onConfirmed`: a factor was given, so that the session's cookie is due for another.
 */
export function createStepUp(onConfirmed: () => void = () => undefined) {
  const store = createStore<{ readonly asked: Asked | null }>(() => ({ asked: null }));
  return {
    ...store,
    /** The factor that was given (and, with `perform`, accepted); null when the person let it be. */
    ask(question: FactorQuestion): Promise<Factor | null> {
      store.getState().asked?.answer(null);
      return new Promise((resolve) => {
        const asked: Asked = {
          ...question,
          answer: (factor) => {
            if (store.getState().asked === asked) store.setState({ asked: null });
            resolve(factor);
            if (factor !== null) onConfirmed();
          },
        };
        store.setState({ asked });
      });
    },
    abandon(): void {
      store.getState().asked?.answer(null);
    },
  };
}
export type StepUp = ReturnType<typeof createStepUp>;
