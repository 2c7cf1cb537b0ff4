// `npm run link -- --user NAME`: another one-time link for a user, from the running server on this machine.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { askServer } from './lib/host.mjs';
import { DATA } from './lib/paths.mjs';
import { main, Trouble } from './lib/say.mjs';

await main(async () => {
  const { values } = parseArgs({ options: { user: { type: 'string' }, data: { type: 'string' } } });
  if (!values.user) throw new Trouble('usage: npm run link -- --user NAME [--data DIR]');
  const dir = values.data ? resolve(process.env.INIT_CWD ?? '.', values.data) : join(DATA, 'demo');
  const { url } = await askServer(dir, 'POST', '/admin/link', { user: values.user });
  console.log(url);
  console.log('It works once, for 15 minutes, on this machine.');
});
