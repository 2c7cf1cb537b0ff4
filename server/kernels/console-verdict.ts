/** What the server holds of a session whose console compares itself with it: pure. */
import type { CheckReport } from '../../protocol/cross-check.ts';

export type Disagreement = Extract<CheckReport['verdict'], { kind: 'disagreed' }>;

export interface ConsoleState {
  readonly disagrees: boolean;
  /** Checks that agreed since one did not. */
  readonly agreed: number;
  /** The newest check that was heard of. */
  readonly asOf: number;
}

/** So many newer checks must agree, one after the other, before what was wrong counts as gone. */
export const AGREEMENTS = 3;

/**
 * A disagreement holds at once, whichever check it is of. Agreement counts once a check and of newer ones only, so
 * that of two windows of one session the one that is right does not speak for the other. Silence changes nothing.
 */
export function afterReport(
  before: ConsoleState | null,
  { verdict, asOf }: Pick<CheckReport, 'verdict' | 'asOf'>,
): ConsoleState {
  const newest = Math.max(before?.asOf ?? -Infinity, asOf);
  if (verdict.kind === 'disagreed') return { disagrees: true, agreed: 0, asOf: newest };
  if (before && asOf <= before.asOf) return before;
  const agreed = (before?.agreed ?? 0) + 1;
  return { disagrees: before?.disagrees === true && agreed < AGREEMENTS, agreed, asOf: newest };
}
