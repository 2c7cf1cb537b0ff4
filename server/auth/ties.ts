/** How far two people may be one: who gave whom their role or factors of late. Pure. */
import type { Micros, UserId } from '../../protocol/units.ts';
import type { Given, User } from './state.ts';

/** So young a gift counts: who prepares a second self must wait this long, or is told of. */
export const TIE_MICROS = 30 * 24 * 3600 * 1_000_000;

export type Tie =
  /** One of the two gave the other what they acted with. */
  | { readonly kind: 'own'; readonly by: UserId; readonly to: UserId; readonly given: Given }
  /** A third person gave it to both, and may hold both. */
  | { readonly kind: 'same'; readonly by: string; readonly given: Given };

type Person = Pick<User, 'id' | 'given'>;

/** Somebody at the machine, or its configuration: whom they are, the log can't know. */
const NOBODY: ReadonlySet<string> = new Set(['host', 'server']);

export function tieOf(one: Person, other: Person, now: Micros): Tie | null {
  for (const [by, to] of [
    [one, other],
    [other, one],
  ] as const) {
    const given = lately(to, now).findLast((each) => each.by === by.id);
    if (given) return { kind: 'own', by: by.id, to: to.id, given };
  }
  const ofOne = lately(one, now);
  const given = lately(other, now).findLast(
    ({ by }) => !NOBODY.has(by) && ofOne.some((each) => each.by === by),
  );
  return given ? { kind: 'same', by: given.by, given } : null;
}

/** One of the future: the clock was set back, and how old it is nobody knows. */
const lately = ({ given }: Person, now: Micros): Given[] => given.filter(({ at }) => now - at < TIE_MICROS);
