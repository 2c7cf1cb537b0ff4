import { z } from 'zod';
import { factorSchema, lenientFactorSchema } from './factors.ts';
import { orderRequestSchema } from './orders.ts';
import { reasonSchema, recordCommands, serviceAccountCommands, userCommands } from './people-commands.ts';
import { quarantineCommands } from './quarantine.ts';
import { replayCommands } from './replay.ts';
import { retentionCommands } from './retention.ts';
import { unitSchema } from './units.ts';

const reason = reasonSchema;
const factor = factorSchema;
const { halt: haltId } = unitSchema;

/**
 * Everything a person can ask of the control thread. What raises risk or can't be undone carries a
 * factor of its own, given for exactly this command.
 */
export const commandSchema = z.discriminatedUnion('type', [
  /** Closes the gate at once; needs a session, no factor. */
  z.strictObject({ type: z.literal('halt.press'), haltId, reason }),
  /** Cancels everything at every venue and proves it; the factor of any signed-in user, also a recent one. */
  z.strictObject({ type: z.literal('halt.cancel-all'), haltId, factor: lenientFactorSchema }),
  /** Opens the gate again while nothing was cancelled; the presser's own factor. */
  z.strictObject({ type: z.literal('halt.take-back'), haltId, factor, reason }),
  /** Back to trading; a second person, never the presser, with a fresh factor. */
  z.strictObject({ type: z.literal('halt.release'), haltId, factor, reason }),
  /**
   * An order by hand. One that may raise risk takes a factor given for exactly it: sent without, it is
   * looked at by the gate and answered `factor-needed`. A reduce-only one does with the session's own
   * factor, younger than 5 minutes, which is what is meant when none is sent.
   */
  z.strictObject({
    type: z.literal('order.place'),
    order: orderRequestSchema,
    factor: lenientFactorSchema.optional(),
  }),
  z.strictObject({ type: z.literal('order.cancel'), orderId: unitSchema.order }),
  /** Cancels every open order, ours and foreign, without closing the gate. */
  z.strictObject({ type: z.literal('order.cancel-all') }),
  z.strictObject({
    type: z.literal('alarm.acknowledge'),
    alarmId: unitSchema.alarm,
    comment: z.string().trim().max(500),
  }),
  ...userCommands,
  ...serviceAccountCommands,
  ...recordCommands,
  ...retentionCommands,
  ...replayCommands,
  ...quarantineCommands,
]);
export type Command = z.infer<typeof commandSchema>;
export type CommandOf<Type extends Command['type']> = Extract<Command, { type: Type }>;

/**
 * Commands whose reply shows a secret: by `POST /api/v1/commands` only, never by a socket, and the
 * secret is shown in the first reply only.
 */
export const SHOWING: ReadonlySet<Command['type']> = new Set([
  'user.create',
  'user.link',
  'wall.link',
  'service-account.create',
  'service-account.rotate',
]);

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
    /** A secret shown once: a one-time link, a strategy's key. Never logged. */
    shown: z.string().optional(),
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
export type RuleOf = NonNullable<Extract<Reply, { ok: false }>['rule']>;
