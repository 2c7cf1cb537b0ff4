// `npm run reset`: empties the demo's data directory. Refuses any other, and one that is in use.
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { lockOwner, profileOf, sizeOf, sizeText } from './lib/data-dir.mjs';
import { DATA, shortPath } from './lib/paths.mjs';
import { main, Trouble } from './lib/say.mjs';

await main(() => {
  const { values } = parseArgs({ options: { data: { type: 'string' } } });
  const dir = values.data ? resolve(process.env.INIT_CWD ?? '.', values.data) : join(DATA, 'demo');
  if (!existsSync(dir)) {
    console.log(`There is nothing to reset: ${shortPath(dir)} does not exist.`);
    return;
  }
  const profile = profileOf(dir);
  if (profile !== 'demo') {
    throw new Trouble(
      `${shortPath(dir)} is not a demo's data directory${profile ? ` (it is of ${profile})` : ''}; only the demo's is reset.`,
    );
  }
  const owner = lockOwner(dir);
  if (owner !== null) {
    throw new Trouble(`${shortPath(dir)} is in use by process ${owner}; stop it first (Ctrl-C).`);
  }
  const size = sizeText(sizeOf(dir));
  rmSync(dir, { recursive: true });
  console.log(`${shortPath(dir)} is gone (${size}); the next npm run up starts afresh.`);
});
