// The running server of a data directory, asked by the key that only this machine's user reads.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shortPath } from './paths.mjs';
import { Trouble } from './say.mjs';

/** Where a server of that directory listens, and its host key; null when none runs there. */
export function runningServer(dir) {
  try {
    const { control } = JSON.parse(readFileSync(join(dir, 'run.json'), 'utf8'));
    return { control, key: readFileSync(join(dir, 'admin.key'), 'utf8').trim() };
  } catch {
    return null;
  }
}

/** Its answer; throws Trouble with the server's own sentence when it refuses or is not there. */
export async function askServer(dir, method, path, body) {
  const server = runningServer(dir);
  if (!server) {
    throw new Trouble(
      `${shortPath(dir)} is not the data directory of a running server; start it with npm run up.`,
    );
  }
  let answer;
  try {
    const response = await fetch(`${server.control}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${server.key}`,
        'x-cwts': '1',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    answer = await response.json();
  } catch {
    throw new Trouble(`The server of ${shortPath(dir)} does not answer; start it with npm run up.`);
  }
  if (!answer.ok) throw new Trouble(answer.sentence ?? 'The server refused without saying why.');
  return answer;
}
