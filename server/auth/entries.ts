/** Identity's events as the audit log keeps them, and its tables as the fold of those. Pure. */
import type { AuditEntry } from '../audit/record.ts';
import { applyAuth, authEventSchema, type AuthEvent, type AuthState } from './state.ts';

/** Folds one record of the log, if it is identity's. */
export function foldAuth(
  state: AuthState,
  record: { readonly action: string; readonly details: object },
): AuthState {
  if (!record.action.startsWith('auth.')) return state;
  const event = authEventSchema.safeParse({ ...record.details, kind: record.action });
  return event.success ? applyAuth(state, event.data) : state;
}

export function entryOf(actor: string, { kind, ...details }: AuthEvent): AuditEntry {
  const scope =
    'user' in details
      ? `user:${details.user}`
      : 'strategy' in details
        ? `strategy:${details.strategy}`
        : 'link';
  return { actor, action: kind, scope, details };
}
