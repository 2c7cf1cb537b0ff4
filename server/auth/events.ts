import { z } from 'zod';
import { FACTOR_KINDS } from '../../protocol/factors.ts';
import { SCOPES } from '../../protocol/people.ts';
import { roleSchema } from '../../protocol/roles.ts';
import { unitSchema } from '../../protocol/units.ts';

/**
 * What a factor is for. A code is good once for each: one used to log in still halts. `reduce`: an order
 * that only takes a position back; `order`: any other by hand.
 */
export const PURPOSES = [
  'login',
  'halt',
  'take-back',
  'release',
  'order',
  'reduce',
  'admin',
  'account',
  'renew',
] as const;
export type Purpose = (typeof PURPOSES)[number];

/**
 * What lowers risk: the session's own factor does while it is young, and neither the log nor a session
 * that ends meanwhile holds it up.
 */
export const lowersRisk = (purpose: Purpose): purpose is 'halt' | 'reduce' =>
  purpose === 'halt' || purpose === 'reduce';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const { user, micros, strategy } = unitSchema;
/** Public parts of a display's device key (ECDSA P-256). */
const deviceKey = z.object({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() });
export type DeviceKey = z.infer<typeof deviceKey>;
export const deviceKeySchema = deviceKey;

/** Who gave it and when; null in records of before. */
const given = { by: z.string().nullable().default(null), at: micros.nullable().default(null) };
/** The cookie in whose place another was given: good until that one is seen, `until` at most. */
const old = z.object({ hash, until: micros }).nullable().default(null);

const passkey = z.object({
  /** Credential id, base64url. */
  id: z.string(),
  name: z.string(),
  /** The public key as the authenticator gave it (COSE, base64url) and as node:crypto reads it (SPKI DER). */
  cose: z.string(),
  spki: z.string(),
  counter: z.number().int(),
  rpId: z.string(),
  /** The backup flags: may be synced by its maker, and is. */
  backupEligible: z.boolean(),
  backedUp: z.boolean(),
  transports: z.array(z.string()),
  createdAt: micros,
});

/**
 * What identity keeps in the audit log; its tables are the fold of these. Tokens and keys are there
 * as SHA-256 only; a password's hash and a TOTP secret are sealed, recovery codes hashed, with a key
 * that is not in the log. Versioned by addition: a member that came later has a default.
 */
export const authEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('auth.user'), user, name: z.string(), role: roleSchema, ...given }),
  z.object({ kind: z.literal('auth.user-removed'), user }),
  z.object({ kind: z.literal('auth.password'), user, sealed: z.string() }),
  z.object({ kind: z.literal('auth.totp'), user, sealed: z.string() }),
  z.object({ kind: z.literal('auth.totp-removed'), user }),
  z.object({ kind: z.literal('auth.passkey'), user, ...passkey.shape }),
  z.object({ kind: z.literal('auth.passkey-removed'), user, id: z.string() }),
  z.object({ kind: z.literal('auth.recovery-codes'), user, hashes: z.array(hash) }),
  /** Every factor of a user is gone; a reset link did it. */
  z.object({ kind: z.literal('auth.factors-reset'), user }),
  z.object({
    kind: z.literal('auth.link'),
    user,
    use: z.enum(['enrol', 'reset', 'wall']),
    /** A wall's own name. */
    name: z.string().default(''),
    hash,
    expiresAt: micros,
    ...given,
  }),
  z.object({ kind: z.literal('auth.link-used'), hash }),
  z.object({
    kind: z.literal('auth.session'),
    user,
    wall: z.object({ name: z.string(), key: deviceKey }).nullable().default(null),
    session: z.string(),
    hash,
    device: z.string(),
    address: z.string(),
    factor: z.enum(FACTOR_KINDS),
    signedInAt: micros,
    expiresAt: micros,
    endsAt: micros,
  }),
  z.object({
    kind: z.literal('auth.session-renewed'),
    user,
    session: z.string(),
    hash,
    old,
    expiresAt: micros,
    endsAt: micros,
  }),
  z.object({ kind: z.literal('auth.session-rotated'), user, session: z.string(), hash, old }),
  /** The wall clock was set back before a start: these are the ends by what it says now. */
  z.object({
    kind: z.literal('auth.session-dated'),
    user,
    session: z.string(),
    expiresAt: micros,
    endsAt: micros,
  }),
  /** Somebody came with the newest cookie: the one before is over. */
  z.object({ kind: z.literal('auth.session-seen'), user, session: z.string() }),
  z.object({ kind: z.literal('auth.session-ended'), user, session: z.string(), why: z.string() }),
  z.object({
    kind: z.literal('auth.factor'),
    user,
    /** null: on the way in, before there is a session. */
    session: z.string().nullable(),
    purpose: z.enum(PURPOSES),
    factor: z.enum(FACTOR_KINDS),
    /** SHA-256 of the action that it was given for; null for a sign-in. */
    action: hash.nullable(),
    at: micros,
    step: z.number().int().nullable().default(null),
    recovery: hash.nullable().default(null),
    passkey: z
      .object({ id: z.string(), counter: z.number().int(), backedUp: z.boolean() })
      .nullable()
      .default(null),
  }),
  z.object({ kind: z.literal('auth.refused'), user, purpose: z.enum(PURPOSES), why: z.string() }),
  z.object({
    kind: z.literal('auth.service-account'),
    account: strategy,
    scopes: z.array(z.enum(SCOPES)),
    by: z.string(),
    at: micros,
  }),
  z.object({
    kind: z.literal('auth.service-key'),
    account: strategy,
    hash,
    at: micros,
    expiresAt: micros.nullable(),
    /** Until when the key before this one still works. */
    oldUntil: micros,
  }),
  z.object({ kind: z.literal('auth.service-revoked'), account: strategy, at: micros }),
]);
export type AuthEvent = z.infer<typeof authEventSchema>;
export type AuthEventOf<K extends AuthEvent['kind']> = Extract<AuthEvent, { kind: K }>;
