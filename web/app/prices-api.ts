import { pricesReplySchema, type StoredPrices } from '../../protocol/prices.ts';
import { ok, type Result } from '../../protocol/result.ts';
import { ask } from '../audit/ask.ts';

/** The price panels that the server keeps, by name. */
export async function readPrices(): Promise<Result<readonly StoredPrices[]>> {
  const reply = await ask('/api/prices', pricesReplySchema);
  return reply.ok ? ok(reply.value.prices) : reply;
}
