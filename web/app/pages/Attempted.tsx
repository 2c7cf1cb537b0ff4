import type { ReactNode } from 'react';
import type { Attempt } from './use-attempt.ts';

/** What became of the last attempt, and the button of the next: it counts down while it must wait. */
export function Attempted({
  attempt,
  id,
  busyWords,
  children,
}: {
  readonly attempt: Attempt;
  /** Of the alert, for the fields that it describes. */
  readonly id: string;
  readonly busyWords: string;
  readonly children: ReactNode;
}) {
  const { busy, refusal, wait } = attempt;
  return (
    <>
      <p id={id} role="alert" className="refusal">
        {refusal}
      </p>
      <button className="button button-main card-button" disabled={busy || wait > 0}>
        {busy ? busyWords : wait > 0 ? <Wait seconds={wait} /> : children}
      </button>
    </>
  );
}

export function Wait({ seconds }: { readonly seconds: number }) {
  return (
    <>
      Try again in <span data-mask="age">{seconds} s</span>
    </>
  );
}
