/** Identity's events as the audit log keeps them, and its tables as the fold of those. Pure. */
import type { AuditEntry } from '../audit/record.ts';
import type { Author } from './author.ts';
import { authEventSchema, type AuthEvent } from './events.ts';
import { applyAuth } from './fold.ts';
import type { AuthState } from './state.ts';

/** Folds one record of the log, if it is identity's. */
export function foldAuth(
  state: AuthState,
  record: { readonly action: string; readonly details: object },
): AuthState {
  if (!record.action.startsWith('auth.')) return state;
  const event = authEventSchema.safeParse({ ...record.details, kind: record.action });
  return event.success ? applyAuth(state, event.data) : state;
}

/** What a change replaced and put there, for people's eyes; the fold reads `details`. */
export interface Change {
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

export function entryOf(author: Author, { kind, ...details }: AuthEvent, change?: Change): AuditEntry {
  return {
    ...author,
    action: kind,
    scope: scopeOf(details),
    details,
    ...(change?.before ? { before: change.before } : {}),
    ...(change?.after ? { after: change.after } : {}),
  };
}

function scopeOf(details: object): string {
  if ('user' in details) return `user:${String(details.user)}`;
  return 'account' in details ? `strategy:${String(details.account)}` : 'link';
}
