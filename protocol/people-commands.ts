/** What administrators, risk managers and compliance ask of the control thread. */
import { z } from 'zod';
import { factorSchema } from './factors.ts';
import { NOTE_CHARACTERS, NOTE_KINDS } from './notes.ts';
import { SCOPES } from './people.ts';
import { REPORT_KINDS } from './reports.ts';
import { roleSchema } from './roles.ts';
import { unitSchema } from './units.ts';

const factor = factorSchema;
const { user, strategy: account } = unitSchema;
export const reasonSchema = z.string().trim().min(1).max(500);
const reason = reasonSchema;
const name = z.string().trim().min(1).max(64);
/** Days until a key ends; null = it never does. */
const days = z.int().min(1).max(3650).nullable();
const scopes = z.array(z.enum(SCOPES)).min(1).max(SCOPES.length);
/** An instrument's symbol or name, or an asset. */
const restricted = z.string().regex(/^[A-Za-z0-9._-]{1,40}$/);
const session = z.string().min(8).max(64);

/** Users and sessions. `user.create` and `user.link` show a one-time link. */
export const userCommands = [
  z.strictObject({ type: z.literal('user.create'), user, name, role: roleSchema, factor }),
  z.strictObject({ type: z.literal('user.change'), user, name, role: roleSchema, reason, factor }),
  z.strictObject({ type: z.literal('user.remove'), user, reason, factor }),
  /** `reset`: the link replaces every factor of the user and ends their sessions. */
  z.strictObject({ type: z.literal('user.link'), user, reset: z.boolean(), reason, factor }),
  /** One's own, or anybody's. */
  z.strictObject({ type: z.literal('session.revoke'), session, reason }),
  /** A display of one's own name that watches for 30 days. */
  z.strictObject({ type: z.literal('wall.link'), name, factor }),
] as const;

/** Keys of strategies; each shows its key once. */
export const serviceAccountCommands = [
  z.strictObject({ type: z.literal('service-account.create'), account, scopes, days, factor }),
  z.strictObject({ type: z.literal('service-account.rotate'), account, days, factor }),
  z.strictObject({ type: z.literal('service-account.revoke'), account, reason }),
] as const;

export const recordCommands = [
  /** Lowers risk: no factor. */
  z.strictObject({ type: z.literal('restriction.add'), name: restricted, reason }),
  z.strictObject({ type: z.literal('restriction.remove'), name: restricted, reason, factor }),
  z.strictObject({
    type: z.literal('note.add'),
    kind: z.enum(NOTE_KINDS),
    text: z.string().trim().min(1).max(NOTE_CHARACTERS),
  }),
  /** `about`: a halt's id, a day (2026-01-05), a year. */
  z.strictObject({
    type: z.literal('report.make'),
    report: z.enum(REPORT_KINDS),
    about: z.string().trim().min(1).max(64),
    reason,
    factor: factor.optional(),
  }),
  /** The chief executive signs a yearly pack: a record with a factor of its own. */
  z.strictObject({
    type: z.literal('review.certify'),
    report: z.string().regex(/^review-\d{1,16}$/),
    statement: z.string().trim().min(1).max(2000),
    factor,
  }),
] as const;
