import type { AuthState, Session, User } from './state.ts';

/** What came later than the first snapshots: a build of before did not save it. */
const LATER_OF_USER: Pick<User, 'given'> = { given: [] };
const LATER_OF_SESSION: Pick<Session, 'old'> = { old: null };

/** The tables of a snapshot, also of an earlier build's. */
export function savedAuth(state: AuthState): AuthState {
  return {
    ...state,
    users: new Map([...state.users].map(([id, user]) => [id, { ...LATER_OF_USER, ...user }])),
    sessions: new Map([...state.sessions].map(([id, session]) => [id, { ...LATER_OF_SESSION, ...session }])),
  };
}
