/**
 * Imported price panels, as the server lists and gives them to whoever is signed in.
 *
 *     GET /api/prices            → PricesReply
 *     GET /api/prices/:sha256    the file: CSV packed by gzip; its text, unpacked, has this hash
 */
import { z } from 'zod';
import { unitSchema } from './units.ts';

export const storedPricesSchema = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().min(1).max(64),
  /** Of the file as it is given. */
  bytes: unitSchema.count,
  instruments: unitSchema.count,
  /** Returns: dates less one. */
  samples: unitSchema.count,
  from: unitSchema.micros,
  to: unitSchema.micros,
  /** How far apart its dates are: `1d`, `5m`. */
  step: z.string(),
  /** False: bad prints were left in when it was imported, and are when it is read. */
  cleaned: z.boolean(),
  /** What was dirty, counted. */
  findings: unitSchema.count,
  importedAt: unitSchema.micros,
});
export type StoredPrices = z.infer<typeof storedPricesSchema>;

export const pricesReplySchema = z.object({ ok: z.literal(true), prices: z.array(storedPricesSchema) });

/** Larger ones are not given to consoles, and therefore not kept. */
export const MAX_STORED_BYTES = 256 * 1024 ** 2;
