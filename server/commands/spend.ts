import type { Command } from '../../protocol/commands.ts';
import type { LenientFactor } from '../../protocol/factors.ts';
import type { Result } from '../../protocol/result.ts';
import type { Auth } from '../auth/auth.ts';
import type { Spent } from '../auth/identity.ts';
import type { Asked } from './asked.ts';

export type Spender = Pick<Auth, 'spend'>;
export type SpendPurpose = Parameters<Auth['spend']>[3];

/** Spends the command's own factor on the command without it: that is what was signed. */
export function spendOn<C extends Command & { readonly factor: LenientFactor }>(
  auth: Spender,
  { command, identity }: Asked<C>,
  purpose: SpendPurpose,
): Promise<Result<Spent>> {
  const { factor, ...action } = command;
  return auth.spend(identity, action, factor, purpose);
}
