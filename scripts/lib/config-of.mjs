// Which configuration a tool reads beside a data directory.
import { join, resolve } from 'node:path';
import { profileOf } from './data-dir.mjs';
import { ROOT } from './paths.mjs';

const PROFILES = ['demo', 'paper', 'production'];

/** The one that was named, else that of the profile that the directory belongs to, else the demo's. */
export function configOf(dir, named) {
  if (named) return resolve(process.env.INIT_CWD ?? '.', named);
  const profile = profileOf(dir);
  return join(ROOT, `config/${PROFILES.includes(profile) ? profile : 'demo'}.toml`);
}
