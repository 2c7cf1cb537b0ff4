import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROFILES } from './schema.ts';

/** The configuration of the profile that a data directory belongs to, the demo's when it says none; `root`: of the product. */
export function usualConfig(dataDir: string, root: string): string {
  const file = join(dataDir, 'profile');
  const written = existsSync(file) ? readFileSync(file, 'utf8').trim() : 'demo';
  const profile = PROFILES.find((one) => one === written) ?? 'demo';
  return join(root, 'config', `${profile}.toml`);
}
