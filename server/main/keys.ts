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

/** Sees to it that `strategy.key` holds the strategy's key; a lost file gets a new key. */
export async function ensureStrategyKey(dataDir: string, strategy: StrategyId, auth: Auth): Promise<void> {
  const file = join(dataDir, 'strategy.key');
  let known = '';
  try {
    known = readFileSync(file, 'utf8').trim();
  } catch {
    // Not there yet.
  }
  if (known !== '' && auth.hasStrategyKey(strategy, known)) return;
  writePrivateFile(file, `${await auth.makeStrategyKey(strategy)}\n`);
}
