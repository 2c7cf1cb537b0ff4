import type { StrategyId, UserId } from '../../protocol/units.ts';
import type { TrackedOrder } from './tracked.ts';

/** Who asks, as the control thread has established it; never the caller's own word. */
export type Actor =
  { readonly kind: 'strategy'; readonly id: StrategyId } | { readonly kind: 'user'; readonly id: UserId };

export const actorText = (actor: Actor): string => `${actor.kind}:${actor.id}`;

/** A strategy touches its own orders only; a user any, foreign ones too. */
export function mayCancel(actor: Actor, order: TrackedOrder): boolean {
  return actor.kind === 'user' || (order.owner === 'ours' && order.strategy === actor.id);
}
