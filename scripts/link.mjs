// `npm run link -- --user NAME`: another enrolment link for a user, from the running server on this machine.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DATA, shortPath } from './lib/paths.mjs';
import { main, Trouble } from './lib/say.mjs';

await main(async () => {
  const { values } = parseArgs({ options: { user: { type: 'string' }, data: { type: 'string' } } });
  if (!values.user) throw new Trouble('usage: npm run link -- --user NAME [--data DIR]');
  const dir = values.data ? resolve(process.env.INIT_CWD ?? '.', values.data) : join(DATA, 'demo');
  const { control, key } = readRun(dir);
  let answer;
  try {
    const response = await fetch(`${control}/auth/links`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, 'x-cwts': '1' },
      body: JSON.stringify({ user: values.user }),
      signal: AbortSignal.timeout(5000),
    });
    answer = await response.json();
  } catch {
    throw new Trouble(`The server of ${shortPath(dir)} does not answer; start it with npm run up.`);
  }
  if (!answer.ok) throw new Trouble(answer.sentence ?? 'The server refused without saying why.');
  console.log(answer.url);
  console.log('It works once, for 15 minutes, on this machine.');
});

function readRun(dir) {
  try {
    const { control } = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8'));
    return { control, key: readFileSync(join(dir, 'admin.key'), 'utf8').trim() };
  } catch {
    throw new Trouble(
      `${shortPath(dir)} is not the data directory of a running server; start it with npm run up.`,
    );
  }
}
