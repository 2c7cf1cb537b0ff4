import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StrategyId } from '../../protocol/units.ts';
import type { Auth } from '../auth/auth.ts';
import { writePrivateFile } from '../auth/key-file.ts';

/** A new key for `npm run link`, in a file that only this machine's user reads; old ones end. */
export function makeAdminKey(dataDir: string): string {
  const key = randomBytes(32).toString('base64url');
  writePrivateFile(join(dataDir, 'admin.key'), `${key}\n`);
  return key;
}

/**
 * Makes the strategy's account and its `strategy.key` at the first start; a lost file gets a new key.
 * What people decided since counts: a start brings no revoked account back, and ends no key that was
 * rotated in the console, whatever the file still holds.
 */
export async function ensureStrategyKey(dataDir: string, strategy: StrategyId, auth: Auth): Promise<void> {
  const file = join(dataDir, 'strategy.key');
  if (auth.services.account(strategy)?.revoked === true) return;
  let known = '';
  try {
    known = readFileSync(file, 'utf8').trim();
  } catch {
    // Not there yet.
  }
  const hasKey = (auth.services.account(strategy)?.key ?? null) !== null;
  if (known !== '' && hasKey) return;
  writePrivateFile(file, `${await auth.makeStrategyKey(strategy)}\n`);
}
