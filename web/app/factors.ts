/** From what a person chose in the page to the factor that goes with a command. */
import type { Factor, LenientFactor } from '../../protocol/factors.ts';
import { ok } from '../../protocol/result.ts';
import { challengeFor } from './api/account.ts';
import type { Answer } from './api/call.ts';
import { askPasskey } from './passkey.ts';

/** What is in the fields; a passkey is asked for when the choice is taken. */
export type FactorChoice =
  | { readonly kind: 'totp'; readonly code: string }
  | { readonly kind: 'recovery'; readonly code: string }
  | { readonly kind: 'passkey' };

/** What is still missing, in a sentence; null when it can be sent. */
export function missingFactor(choice: FactorChoice): string | null {
  switch (choice.kind) {
    case 'totp':
      return /^\d{6}$/.test(choice.code) ? null : 'Enter the six digits of your authenticator first.';
    case 'recovery':
      return choice.code.replaceAll(/[\s-]/g, '').length >= 8
        ? null
        : 'Enter one of your recovery codes first.';
    case 'passkey':
      return null;
  }
}

/** The factor for exactly this action (the command without its factor): a passkey signs its hash. */
export async function takeFactor(choice: FactorChoice, action: object): Promise<Answer<Factor>> {
  if (choice.kind === 'totp') return ok(choice);
  if (choice.kind === 'recovery') return ok({ kind: 'recovery', code: choice.code.trim() });
  const asked = await challengeFor(action);
  if (!asked.ok) return asked;
  const { challenge, options } = asked.value;
  const assertion = await askPasskey(options);
  return assertion.ok ? ok({ kind: 'passkey', challenge, assertion: assertion.value }) : assertion;
}

/** For what lowers risk, when the session's own factor is young enough. */
export const OF_SESSION: LenientFactor = { kind: 'session' };
