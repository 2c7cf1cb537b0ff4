/**
 * Users, sessions and service accounts as the administrator's panel sees them.
 *
 *     GET /api/people            → PeopleReply            (user.manage or session.manage)
 *     GET /auth/sessions         → SessionsReply          (own; everybody's with session.manage)
 */
import { z } from 'zod';
import { FACTOR_KINDS } from './factors.ts';
import { roleSchema } from './roles.ts';
import { unitSchema } from './units.ts';

export const personSchema = z.object({
  user: unitSchema.user,
  name: z.string(),
  role: roleSchema,
  password: z.boolean(),
  totp: z.boolean(),
  passkeys: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      createdAt: unitSchema.micros,
      lastUsedAt: unitSchema.micros.nullable(),
      /** Synced by its maker (a phone's or a password manager's). */
      backedUp: z.boolean(),
    }),
  ),
  recoveryCodesLeft: unitSchema.count,
  lastSignInAt: unitSchema.micros.nullable(),
});
export type PersonView = z.infer<typeof personSchema>;

/** What a strategy's key may do. */
export const SCOPES = ['market.read', 'order.place', 'order.cancel'] as const;
export type Scope = (typeof SCOPES)[number];

export const serviceAccountSchema = z.object({
  account: unitSchema.strategy,
  scopes: z.array(z.enum(SCOPES)),
  createdAt: unitSchema.micros,
  createdBy: z.string(),
  /** Of the present key; null = never. */
  expiresAt: unitSchema.micros.nullable(),
  rotatedAt: unitSchema.micros.nullable(),
  lastSeenAt: unitSchema.micros.nullable(),
  revoked: z.boolean(),
});
export type ServiceAccountView = z.infer<typeof serviceAccountSchema>;

export const listedSessionSchema = z.object({
  session: z.string(),
  user: unitSchema.user,
  kind: z.enum(['person', 'wall']),
  /** What the browser called itself, shortened. */
  device: z.string(),
  address: z.string(),
  factor: z.enum(FACTOR_KINDS),
  signedInAt: unitSchema.micros,
  lastSeenAt: unitSchema.micros,
  endsAt: unitSchema.micros,
  /** The session that asks. */
  current: z.boolean(),
});
export type ListedSession = z.infer<typeof listedSessionSchema>;

export const restrictionSchema = z.object({
  /** An instrument's symbol, or an asset (`XRP`). */
  name: z.string(),
  reason: z.string(),
  by: z.string(),
  at: unitSchema.micros,
});
export type Restriction = z.infer<typeof restrictionSchema>;

export const peopleReplySchema = z.object({
  ok: z.literal(true),
  people: z.array(personSchema),
  accounts: z.array(serviceAccountSchema),
  restrictions: z.array(restrictionSchema),
});
export type PeopleReply = z.infer<typeof peopleReplySchema>;

export const sessionsReplySchema = z.object({ ok: z.literal(true), sessions: z.array(listedSessionSchema) });
