import { z } from 'zod';

export const roleSchema = z.enum([
  'viewer',
  'trader',
  'risk-manager',
  'compliance',
  'administrator',
  'chief-executive',
]);
export type Role = z.infer<typeof roleSchema>;
