import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the built programs, the page and the package lie: all relative to `dist/node/server/main.js`. */
export interface Places {
  readonly feedsEntry: URL;
  readonly relayEntry: URL;
  readonly archiveEntry: URL;
  readonly hashingEntry: URL;
  readonly kernelsEntry: URL;
  readonly pageDir: string;
  readonly version: string;
  /** Version and build: what every record names as the program that wrote it. */
  readonly code: string;
  /** SHA-256 over all built files, in hex, as the build wrote it down; null = it did not. */
  readonly release: string | null;
}

function releaseIn(file: URL): string | null {
  try {
    const { release } = JSON.parse(readFileSync(file, 'utf8')) as { release?: unknown };
    return typeof release === 'string' ? release : null;
  } catch {
    return null;
  }
}

/** The program's own bytes, hashed: two builds of one version are two programs. */
function buildOf(program: string): string {
  return createHash('sha256')
    .update(readFileSync(new URL(program)))
    .digest('hex')
    .slice(0, 12);
}

export function placesBeside(program: string): Places {
  const root = new URL('../../../', program);
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
  return {
    feedsEntry: new URL('./feeds-thread.js', program),
    relayEntry: new URL('./relay-thread.js', program),
    archiveEntry: new URL('./archive-thread.js', program),
    hashingEntry: new URL('./hashing-thread.js', program),
    kernelsEntry: new URL('./kernels-thread.js', program),
    pageDir: fileURLToPath(new URL('dist/web', root)),
    version,
    code: `${version}+${buildOf(program)}`,
    release: releaseIn(new URL('dist/release.json', root)),
  };
}
