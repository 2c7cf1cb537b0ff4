import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The repository's root, from wherever this runs: as a source, or bundled into a bench. */
export const ROOT = rootAbove(import.meta.dirname);

function rootAbove(folder: string): string {
  if (existsSync(join(folder, 'package-lock.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('this does not run inside the repository');
  return rootAbove(parent);
}
