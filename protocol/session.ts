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
