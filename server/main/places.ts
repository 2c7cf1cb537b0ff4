import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the built programs, the page and the package lie: all relative to `dist/node/server/main.js`. */
export interface Places {
  readonly feedsEntry: URL;
  readonly relayEntry: URL;
  readonly pageDir: string;
  readonly version: string;
}

export function placesBeside(program: string): Places {
  const root = new URL('../../../', program);
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
  return {
    feedsEntry: new URL('./feeds-thread.js', program),
    relayEntry: new URL('./relay-thread.js', program),
    pageDir: fileURLToPath(new URL('dist/web', root)),
    version,
  };
}
