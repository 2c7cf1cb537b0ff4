import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { startSim } from './start.ts';

const program = fileURLToPath(new URL('../dist/node/sim/main.js', import.meta.url));
const running: ChildProcess[] = [];

function run(...args: string[]) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const line = once(createInterface(child.stdout), 'line').then(
    ([text]) => JSON.parse(String(text)) as unknown,
  );
  const ended = once(child, 'exit').then(([code]) => ({ code: code as number | null, complaint }));
  return { child, line, ended };
}

// `npm test` builds before it runs this; alone, `node scripts/build.mjs --only node` does.
describe.skipIf(!existsSync(program))('the simulated exchange as a process', () => {
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  it('says in one line where it is, and ends cleanly when interrupted', async () => {
    const { child, line, ended } = run('--instruments', '2', '--preroll', '5');
    const ready = (await line) as { ready: boolean; port: number; rest: string; ws: string };
    expect(ready).toEqual({
      ready: true,
      port: ready.port,
      rest: `http://127.0.0.1:${ready.port}`,
      ws: `ws://127.0.0.1:${ready.port}`,
    });
    expect((await fetch(`${ready.rest}/api/v3/ping`)).status).toBe(200);
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 0, complaint: '' });
  });

  it('says in one sentence, without a stack, why it does not start', async () => {
    const other = await startSim({ instruments: 1, prerollSeconds: 1 });
    const taken = await run('--port', String(other.port)).ended;
    expect(taken).toEqual({ code: 1, complaint: `sim: Port ${other.port} is in use by another program.\n` });
    await other.close();
    const wrong = await run('--seed', 'x').ended;
    expect(wrong.code).toBe(1);
    expect(wrong.complaint).toMatch(/^sim: --seed must be a whole number .*\n$/);
  });
});
