import { z } from 'zod';

/** A code of RFC 6238, six digits. */
const totp = z.strictObject({ kind: z.literal('totp'), code: z.string().regex(/^\d{6}$/) });
/** One of the ten codes shown at enrolment; good once. */
const recovery = z.strictObject({ kind: z.literal('recovery'), code: z.string().min(8).max(40) });
/** What `navigator.credentials.get` gave, as `@simplewebauthn/browser` writes it to JSON. */
export const assertionSchema = z.looseObject({
  id: z.string().max(1400),
  rawId: z.string().max(1400),
  type: z.literal('public-key'),
  response: z.looseObject({
    clientDataJSON: z.string().max(4000),
    authenticatorData: z.string().max(4000),
    signature: z.string().max(4000),
    userHandle: z.string().max(200).optional(),
  }),
});
export type Assertion = z.infer<typeof assertionSchema>;
/** `challenge`: the id that `POST /auth/challenge` gave for exactly this action. */
const passkey = z.strictObject({
  kind: z.literal('passkey'),
  challenge: z.string().min(16).max(100),
  assertion: assertionSchema,
});

/** One factor, given for one action. */
export const factorSchema = z.discriminatedUnion('kind', [totp, recovery, passkey]);
export type Factor = z.infer<typeof factorSchema>;

/**
 * For what lowers risk: also "the factor of this session that is younger than 5 minutes", login
 * included. The server knows when that was; the page only says that it relies on it.
 */
export const lenientFactorSchema = z.discriminatedUnion('kind', [
  totp,
  recovery,
  passkey,
  z.strictObject({ kind: z.literal('session') }),
]);
export type LenientFactor = z.infer<typeof lenientFactorSchema>;

/**
 * Codes of refusals that are about the factor alone: it was not taken, and what it was for was not done.
 * Another one may be given for the same act.
 */
const FACTOR_REFUSALS: ReadonlySet<string> = new Set([
  ...['factor-needed', 'wrong-code', 'code-used', 'too-many-attempts', 'challenge-unknown', 'wrong-action'],
  ...['wrong-passkey', 'passkey-copied', 'passkey-needs-name', 'no-passkey'],
]);
export const isFactorRefusal = (code: string): boolean => FACTOR_REFUSALS.has(code);

/** How a factor is named in a record. */
export const FACTOR_KINDS = ['totp', 'recovery', 'passkey', 'session'] as const;
export type FactorKind = (typeof FACTOR_KINDS)[number];
