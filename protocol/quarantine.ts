import { z } from 'zod';
import { factorSchema } from './factors.ts';
import { unitSchema } from './units.ts';

const { venue } = unitSchema;
/** The venue's own name. */
const symbol = z.string().regex(/^[A-Za-z0-9_./-]{1,40}$/);
const reason = z.string().trim().min(1).max(500);

/** An instrument whose market data a person does not believe: no reference for anything that raises risk. */
export const quarantineSchema = z.object({
  venue,
  symbol,
  /** What people read. */
  name: z.string(),
  reason: z.string(),
  by: unitSchema.user,
  at: unitSchema.micros,
});
export type Quarantine = z.infer<typeof quarantineSchema>;

export const quarantineCommands = [
  /** Lowers risk: no factor. */
  z.strictObject({ type: z.literal('quarantine.place'), venue, symbol, reason }),
  z.strictObject({ type: z.literal('quarantine.lift'), venue, symbol, reason, factor: factorSchema }),
] as const;
