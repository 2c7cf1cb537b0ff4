import type { HaltView } from '../../protocol/halt.ts';
import type { HaltId, UserId } from '../../protocol/units.ts';
import type { AuditEntry } from '../audit/record.ts';
import { tieOf, type Tie } from '../auth/ties.ts';
import type { User } from '../auth/state.ts';
import type { Clock } from '../clock.ts';
import type { Alarms } from '../health/alarms.ts';
import { releaseTied } from '../health/catalogue.ts';

export interface ReleaseParts {
  readonly clock: Clock;
  readonly halt: { view(): HaltView; onChange(listener: (view: HaltView) => void): unknown };
  readonly find: (user: UserId) => User | null;
  readonly log: { appendNow(entry: AuditEntry): unknown };
  readonly alarms: Pick<Alarms, 'strike'>;
}

/**
 * Two people release a halt. Whether they are two, no factor proves: where one of them gave the
 * other their role or factors of late, or a third gave it to both, it is done, recorded and alarmed, so
 * that a person looks.
 */
export function watchReleases({ clock, halt, find, log, alarms }: ReleaseParts): void {
  let before = halt.view();
  halt.onChange((view) => {
    const wasHalted = before.phase !== 'trading';
    const { haltId } = before;
    const [first, second] = [firstOf(before), view.releasedBy];
    before = view;
    if (!wasHalted || view.phase !== 'trading' || haltId === null || first === second) return;
    const one = first === null ? null : find(first);
    const other = second === null ? null : find(second);
    const tie = one && other && tieOf(one, other, clock.wallMicros());
    if (!tie) return;
    log.appendNow(recordOf(haltId, tie, { first, second }));
    alarms.strike(releaseTied(haltId, tie.kind === 'own' ? 'warning' : 'caution', sentenceOf(tie)));
  });
}

/** Against whom a second person is needed: who pressed, else whose factor cancelled. */
function firstOf({ cause, factorBy }: HaltView): UserId | null {
  return (cause?.kind === 'crash' ? null : cause?.by) ?? factorBy;
}

function recordOf(
  haltId: HaltId,
  tie: Tie,
  people: { readonly first: UserId | null; readonly second: UserId | null },
): AuditEntry {
  const details = { haltId, ...people, tie: tie.kind, by: tie.by, given: tie.given };
  return { actor: 'server', action: 'release.tied', scope: `halt:${haltId}`, details };
}

function sentenceOf(tie: Tie): string {
  const what = tie.given.what === 'role' ? 'their role' : 'their way to factors';
  const day = new Date(tie.given.at / 1000).toISOString().slice(0, 10);
  return tie.kind === 'own'
    ? `${tie.by} gave ${tie.to} ${what} on ${day}.`
    : `${tie.by} gave both what they acted with, last on ${day}.`;
}
