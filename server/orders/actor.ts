import type { StrategyId } from '../../protocol/units.ts';
import type { AuditEntry } from '../audit/record.ts';
import { askedBy, type Who } from '../audit/who.ts';
import type { TrackedOrder } from './tracked.ts';

/** Who asks, as the control thread has established it; never the caller's own word. */
export type Actor =
  | { readonly kind: 'strategy'; readonly id: StrategyId; readonly address?: string }
  | { readonly kind: 'user'; readonly who: Who };

/** Names the sender of a request, persons and strategies apart. */
export const actorText = (actor: Actor): string =>
  actor.kind === 'user' ? `user:${actor.who.user}` : `strategy:${actor.id}`;

/** The part of a record that says who it was; the server itself where nobody asked. */
export function authorOfOrder(
  actor: Actor | null,
): Pick<AuditEntry, 'actor' | 'by' | 'factor' | 'assertion'> {
  if (actor === null) return { actor: 'server' };
  if (actor.kind === 'user') return askedBy(actor.who);
  const by = { session: null, role: null, address: actor.address ?? null };
  return { actor: actorText(actor), by };
}

/** A strategy touches its own orders only; a user any, foreign ones too. */
export function mayCancel(actor: Actor, order: TrackedOrder): boolean {
  return actor.kind === 'user' || (order.owner === 'ours' && order.strategy === actor.id);
}
