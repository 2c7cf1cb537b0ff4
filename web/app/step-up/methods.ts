import type { PersonView } from '../../../protocol/people.ts';
import type { SessionView } from '../../../protocol/session.ts';
import type { FactorChoice } from '../factors.ts';

export type FactorMethod = FactorChoice['kind'];

/**
 * Which factors to offer, the likeliest first. While the account is not known (a server that is slow
 * or gone) all are, beginning with what this session signed in by: nothing waits for a look-up.
 */
export function factorMethods(
  account: PersonView | null,
  session: SessionView | null,
  passkeysWork: boolean,
): readonly FactorMethod[] {
  const all: readonly FactorMethod[] =
    session?.factor === 'passkey' ? ['passkey', 'totp', 'recovery'] : ['totp', 'passkey', 'recovery'];
  const able = all.filter((method) => method !== 'passkey' || passkeysWork);
  if (!account) return able;
  const has: Readonly<Record<FactorMethod, boolean>> = {
    passkey: account.passkeys.length > 0,
    totp: account.totp,
    recovery: account.recoveryCodesLeft > 0,
  };
  const own = (['passkey', 'totp', 'recovery'] as const).filter(
    (method) => has[method] && able.includes(method),
  );
  // Only a passkey, and a browser that has none: what can be tried is still offered.
  return own.length > 0 ? own : able;
}

/** An empty choice of that kind. */
export function emptyChoice(method: FactorMethod): FactorChoice {
  return method === 'passkey' ? { kind: 'passkey' } : { kind: method, code: '' };
}
