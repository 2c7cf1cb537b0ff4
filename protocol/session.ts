import { z } from 'zod';
import { FACTOR_KINDS } from './factors.ts';
import { PERMISSIONS } from './permissions.ts';
import { roleSchema } from './roles.ts';
import { unitSchema } from './units.ts';

export { roleSchema, type Role } from './roles.ts';

/**
 * What a session may still do. `full`: all that its permissions say. `idle`: nobody acted for 30
 * minutes, so what raises risk asks for a factor again. `watching`: its 12 hours are over; it watches,
 * halts, cancels and acknowledges until it ends.
 */
export const AUTHORITIES = ['full', 'idle', 'watching'] as const;
export type Authority = (typeof AUTHORITIES)[number];

/** Who is signed in, as the page may know it. No secret is in it. Times by the server's wall clock. */
export const sessionViewSchema = z.object({
  user: unitSchema.user,
  name: z.string(),
  role: roleSchema,
  /** `wall`: a display that only watches. */
  kind: z.enum(['person', 'wall']),
  /** The session's public id; the cookie is a secret, this is not. */
  session: z.string(),
  permissions: z.array(z.enum(PERMISSIONS)),
  signedInAt: unitSchema.micros,
  /** When this session's newest factor was given, and what it was. */
  factorAt: unitSchema.micros,
  factor: z.enum(FACTOR_KINDS),
  /** From then on what raises risk asks for a factor again, unless somebody acts before. */
  idleAt: unitSchema.micros,
  /** 12 hours after the sign-in or the last renewal: only watching and lowering risk from then on. */
  expiresAt: unitSchema.micros,
  /** When it is signed out. */
  endsAt: unitSchema.micros,
});
export type SessionView = z.infer<typeof sessionViewSchema>;

const linked = {
  ok: z.literal(true),
  user: unitSchema.user,
  name: z.string(),
};

/** What a one-time link's page is told: how to enrol, or that this user has and the link signs in. */
export const enrolmentSchema = z.discriminatedUnion('enrolled', [
  z.object({
    ...linked,
    enrolled: z.literal(false),
    /** Replaces the factors that this user has, and ends every session of theirs. */
    reset: z.boolean().default(false),
    otpauth: z.string(),
    secret: z.string(),
  }),
  z.object({
    ...linked,
    enrolled: z.literal(true),
    /** How this user may sign in by the link. */
    methods: z.array(z.enum(['code', 'passkey'])).default(['code']),
    otpauth: z.null(),
    secret: z.null(),
  }),
]);
export type EnrolmentView = z.infer<typeof enrolmentSchema>;
