/** Holds and retention by `npm run audit`, on the built server and while it is stopped. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRecords } from '../audit/reader.ts';
import { ServerRig, type Exchange } from '../testing/server-rig.ts';

const rig = new ServerRig();
let exchange: Exchange;
beforeAll(async () => {
  rig.build();
  exchange = await rig.startExchange();
});
afterAll(() => rig.close());

function tool(data: string, ...args: string[]): { readonly code: number | null; readonly said: string } {
  const program = ['dist/node/server/archive-tool.js', ...args, '--data', data];
  const { status, stdout } = spawnSync(process.execPath, program, { encoding: 'utf8' });
  return { code: status, said: stdout };
}

async function actions(data: string): Promise<string[]> {
  const all: string[] = [];
  for await (const { payload } of readRecords(join(data, 'audit'))) {
    const { action } = JSON.parse(payload.toString()) as { action: string };
    if (/^(hold|retention)\./.test(action)) all.push(action);
  }
  return all;
}

it('R-48: the host places a hold, lists and lifts it, and an early removal is refused and logged', async () => {
  const data = rig.data('retention');
  const server = await rig.startServer(data, exchange);
  // As the launcher writes it.
  writeFileSync(join(data, 'run.json'), JSON.stringify({ control: server.control }));
  const time = ['--from', '2026-01-01', '--to', '2026-02-01', '--reason', 'an inquiry'];
  expect(tool(data, 'hold', ...time)).toMatchObject({
    code: 0,
    said: expect.stringContaining('are kept until hold') as string,
  });
  const listed = tool(data, 'hold').said;
  expect(listed).toContain('by host: an inquiry');
  // A day alone is held whole.
  expect(listed).toContain('2026-01-01T00:00:00.000Z – 2026-02-01T23:59:59.999Z');
  expect(tool(data, 'prune')).toMatchObject({
    code: 0,
    said: expect.stringContaining('nothing was') as string,
  });
  expect(tool(data, 'prune', '--to', '1').code).toBe(1);
  await server.program.kill('SIGTERM');
  // The same holds, read from the log, while no server runs.
  expect(tool(data, 'hold').said).toBe(listed);
  expect(tool(data, 'prune', '--to', '1')).toMatchObject({
    code: 1,
    said: expect.stringContaining('stays') as string,
  });
  const [id = ''] = listed.split(' ');
  expect(tool(data, 'hold', '--lift', id, '--reason', 'over').code).toBe(0);
  expect(tool(data, 'hold').said).toContain('There is no hold.');
  expect(tool(data, 'hold', '--from', '2026-01-01', '--reason', 'all of it').code).toBe(0);
  expect(tool(data, 'hold').said).toContain('2026-01-01T00:00:00.000Z – no end, placed');
  expect(tool(data, 'hold', '--from', 'never').code).toBe(1);
  expect(await actions(data)).toEqual([
    'hold.place',
    'retention.refused',
    'retention.refused',
    'hold.lift',
    'hold.place',
  ]);
}, 120_000);
