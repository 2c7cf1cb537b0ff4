/** The built server with its store: ready at once, searchable soon, nothing left behind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isPostgresOf, pidIn } from './embedded/orphan.ts';
import { MIGRATIONS } from './migrate.ts';
import { runStoreTool } from './tool.ts';
import { ServerRig, type Exchange } from '../testing/server-rig.ts';

const rig = new ServerRig();
let exchange: Exchange;
const OWN = ['--store', 'embedded'];

beforeAll(async () => {
  rig.build();
  exchange = await rig.startExchange();
});
afterAll(() => rig.close());

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((next) => setTimeout(next, 20));
}

const clusterOf = (data: string): string => join(data, 'store/pg');
const pidOf = (data: string): number | null => pidIn(join(clusterOf(data), 'postmaster.pid'));
const isReady = (data: string): boolean => {
  try {
    return readFileSync(join(clusterOf(data), 'postmaster.pid'), 'utf8').includes('ready');
  } catch {
    return false;
  }
};

it('R-45: no postgres outlives its server, stopped or killed; the next start takes its folder over', async () => {
  const data = rig.data('own');
  const first = await rig.startServer(data, exchange, OWN);
  await until(() => isReady(data));
  const pid = pidOf(data) ?? 0;
  expect(isPostgresOf(pid, clusterOf(data))).toBe(true);
  expect((await first.program.kill('SIGINT')).code).toBe(0);
  expect(isPostgresOf(pid, clusterOf(data))).toBe(false);

  const second = await rig.startServer(data, exchange, OWN);
  await until(() => isReady(data));
  const killed = pidOf(data) ?? 0;
  await second.program.kill('SIGKILL');
  const third = await rig.startServer(data, exchange, OWN);
  await until(() => isReady(data) && pidOf(data) !== killed);
  expect(isPostgresOf(killed, clusterOf(data))).toBe(false);
  expect((await third.program.kill('SIGINT')).code).toBe(0);

  const said: string[] = [];
  const output = { say: (line: string) => void said.push(line), progress: () => undefined };
  const args = ['--data', data, '--config', 'config/demo.toml'];
  expect(await runStoreTool(['rebuild', ...args], output)).toBe(0);
  expect(said.at(-1)).toMatch(/^Rebuilt from the log: \d+ records in .* root [0-9a-f]{64}\.$/);
  expect(await runStoreTool(['status', ...args], output)).toBe(0);
  expect(said.join('\n')).toMatch(/Database: embedded 17\./);
  expect(said.join('\n')).toContain(`\nMigrations: ${MIGRATIONS.length}. Records: `);
  expect(await runStoreTool(['mend', ...args], output)).toBe(1);
  expect(said.at(-1)).toMatch(/^usage:/);
}, 120_000);
