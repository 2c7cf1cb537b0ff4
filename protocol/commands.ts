import { z } from 'zod';
import { orderRequestSchema } from './orders.ts';
import { unitSchema } from './units.ts';

/** A code of RFC 6238, six digits. */
export const factorSchema = z.object({ kind: z.literal('totp'), code: z.string().regex(/^\d{6}$/) });
export type Factor = z.infer<typeof factorSchema>;

const reason = z.string().trim().min(1).max(500);

/** Everything a person can ask of the control thread. */
export const commandSchema = z.discriminatedUnion('type', [
  /** Closes the gate at once; needs a session, no factor. */
  z.strictObject({ type: z.literal('halt.press'), haltId: unitSchema.halt, reason }),
  /** Cancels everything at every venue and proves it; the factor of any signed-in user. */
  z.strictObject({ type: z.literal('halt.cancel-all'), haltId: unitSchema.halt, factor: factorSchema }),
  /** Opens the gate again while nothing was cancelled; the presser's own factor. */
  z.strictObject({
    type: z.literal('halt.take-back'),
    haltId: unitSchema.halt,
    factor: factorSchema,
    reason,
  }),
  /** Back to trading; a second person, never the presser, with a fresh factor. */
  z.strictObject({ type: z.literal('halt.release'), haltId: unitSchema.halt, factor: factorSchema, reason }),
  z.strictObject({ type: z.literal('order.place'), order: orderRequestSchema }),
  z.strictObject({ type: z.literal('order.cancel'), orderId: unitSchema.order }),
  /** Cancels every open order, ours and foreign, without closing the gate. */
  z.strictObject({ type: z.literal('order.cancel-all') }),
  z.strictObject({
    type: z.literal('alarm.acknowledge'),
    alarmId: unitSchema.alarm,
    comment: z.string().trim().max(500),
  }),
]);
export type Command = z.infer<typeof commandSchema>;

/**
 * A command on its way: idempotent by `id` (the same id is executed once and answered the same),
 * worthless after `expiresAt` (server's clock). A halt's press never expires.
 */
export const envelopeSchema = z.strictObject({
  id: unitSchema.command,
  expiresAt: unitSchema.micros,
  command: commandSchema,
});
export type Envelope = z.infer<typeof envelopeSchema>;

export const replySchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    /** What was done, in a sentence. */
    sentence: z.string(),
    /** When the server finished with it. */
    at: unitSchema.micros,
    orderId: unitSchema.order.nullable(),
  }),
  z.object({
    ok: z.literal(false),
    code: z.string(),
    sentence: z.string(),
    /** The gate's rule that refused, what it allows and what it saw; null when not a rule. */
    rule: z
      .object({ rule: z.string(), requirement: z.string(), limit: z.string(), observed: z.string() })
      .nullable(),
  }),
]);
export type Reply = z.infer<typeof replySchema>;
