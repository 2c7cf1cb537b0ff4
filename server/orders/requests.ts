import { createHash } from 'node:crypto';
import type { Reply } from '../../protocol/commands.ts';
import { isOpen, type OrderRequest } from '../../protocol/orders.ts';
import { actorText, type Actor } from './actor.ts';
import { failed, succeeded } from './replies.ts';
import type { PlacedRequest, TrackedOrder } from './tracked.ts';

const REMEMBERED = 20_000;

/** Names a request by its sender and their id for it, with a digest of all that it asks. */
export function requestOf(request: OrderRequest, actor: Actor): PlacedRequest {
  const { clientId, symbol, venue, side, type, timeInForce, price, size, reduceOnly } = request;
  // A venue that is left out adds nothing: digests of older records stay what they were.
  const where = venue === undefined ? [] : [venue];
  const body = JSON.stringify([symbol, side, type, timeInForce, price, size, reduceOnly, ...where]);
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 32);
  return { key: `${actorText(actor)} ${clientId}`, digest };
}

interface Answered {
  readonly digest: string;
  readonly reply: Promise<Reply>;
}

/** Requests that became orders, so that a repeated one is answered and not placed again. */
export class PlacedRequests {
  readonly #known = new Map<string, Answered>();

  /** The first answer; a refusal when the id stands for another order; null = it is new. */
  answer({ key, digest }: PlacedRequest): Promise<Reply> | null {
    const before = this.#known.get(key);
    if (!before) return null;
    if (before.digest === digest) return before.reply;
    return Promise.resolve(failed('id-reused', 'Another order was sent under this client id already.'));
  }

  remember({ key, digest }: PlacedRequest, reply: Promise<Reply>): void {
    this.#known.set(key, { digest, reply });
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= REMEMBERED) break;
      this.#known.delete(oldest);
    }
  }

  /** From the log: a request whose answer the last run may still have owed. */
  restore(orders: Iterable<TrackedOrder>): void {
    for (const { request, orderId, state, reason, createdAt } of orders) {
      if (!request) continue;
      const sentence = `Placed before the server restarted: ${orderId}, ${state} when it was last heard of.`;
      const wasRefused = !isOpen(state) && state === 'rejected';
      const reply = wasRefused
        ? failed('rejected', `Not placed: ${reason ?? 'it was rejected'}`)
        : succeeded(sentence, createdAt, orderId);
      this.remember(request, Promise.resolve(reply));
    }
  }
}
