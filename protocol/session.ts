import { z } from 'zod';
import { unitSchema } from './units.ts';

export const roleSchema = z.enum([
  'viewer',
  'trader',
  'risk-manager',
  'compliance',
  'administrator',
  'chief-executive',
]);
export type Role = z.infer<typeof roleSchema>;

/** Who is signed in, as the page may know it. No secret is in it. */
export const sessionViewSchema = z.object({
  user: unitSchema.user,
  name: z.string(),
  role: roleSchema,
  signedInAt: unitSchema.micros,
  expiresAt: unitSchema.micros,
});
export type SessionView = z.infer<typeof sessionViewSchema>;

/**
 * What a one-time link's page is told: the new secret to put into an authenticator, or that this
 * user has one already and the link only signs in.
 */
export const enrolmentSchema = z.discriminatedUnion('enrolled', [
  z.object({
    ok: z.literal(true),
    user: unitSchema.user,
    name: z.string(),
    enrolled: z.literal(false),
    otpauth: z.string(),
    secret: z.string(),
  }),
  z.object({
    ok: z.literal(true),
    user: unitSchema.user,
    name: z.string(),
    enrolled: z.literal(true),
    otpauth: z.null(),
    secret: z.null(),
  }),
]);
export type EnrolmentView = z.infer<typeof enrolmentSchema>;
