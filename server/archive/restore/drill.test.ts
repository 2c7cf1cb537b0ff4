/** The drill of docs/runbooks/disk-lost.md, on built programs. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRecords } from '../../audit/reader.ts';
import { ask, Person } from '../../testing/desk-client.ts';
import {
  health,
  placeOrder,
  ServerRig,
  strategyKey,
  type Exchange,
  type Started,
} from '../../testing/server-rig.ts';

const rig = new ServerRig();
let exchange: Exchange;

beforeAll(async () => {
  rig.build();
  exchange = await rig.startExchange();
});
afterAll(() => rig.close());

async function payloads(dir: string): Promise<string[]> {
  const all: string[] = [];
  for await (const { payload } of readRecords(dir)) all.push(payload.toString());
  return all;
}

it('R-56: orders and a halt are recorded, the disk is lost, and the restored log boots halted with the same state', async () => {
  const data = rig.data('lost');
  const copy = rig.data('copy');
  const keys = rig.data('keys');
  for (const dir of [copy, keys]) mkdirSync(dir);
  const config = join(rig.folder, 'copied.toml');
  writeFileSync(
    config,
    `${readFileSync('config/demo.toml', 'utf8')}\n[audit]\ncopy_to = ${JSON.stringify(copy)}\n`,
  );
  // The last one given counts.
  const start = (): Promise<Started> => rig.startServer(data, exchange, ['--config', config]);

  let server = await start();
  expect(await health(server, { phase: 'trading' })).toMatchObject({ phase: 'trading' });
  const operator = new Person();
  await operator.enrol(server.console, server.links[0]?.url ?? '');
  const key = strategyKey(data);
  for (let i = 0; i < 3; i++) expect(await placeOrder(server, key)).toMatchObject({ ok: true });
  const haltId = randomUUID();
  const press = { type: 'halt.press', haltId, reason: 'drill' };
  expect((await operator.command(server.console, press)).body).toMatchObject({ ok: true });
  const orders = (await ask(server.control, 'GET', '/api/v1/orders', { key })).body['orders'];
  // Everything that the log has is acknowledged there.
  for (;;) {
    const [log, held] = [await payloads(join(data, 'audit')), await payloads(copy)];
    if (held.length === log.length && held.some((one) => one.includes('halt.press'))) break;
    await new Promise((next) => setTimeout(next, 20));
  }
  await server.program.kill('SIGKILL');
  const acknowledged = await payloads(copy);
  copyFileSync(join(data, 'keys/audit.key'), join(keys, 'audit.key'));
  copyFileSync(join(data, 'secrets.key'), join(keys, 'secrets.key'));
  rmSync(data, { recursive: true });

  const tool = (args: string[]): string =>
    execFileSync(process.execPath, ['dist/node/server/archive-tool.js', 'restore', ...args], {
      encoding: 'utf8',
    });
  const said = tool(['--from', copy, '--data', data, '--keys', keys]);
  expect(said).toContain(`the log is restored up to record ${acknowledged.length}`);
  expect(await payloads(join(data, 'audit'))).toEqual(acknowledged);
  if (existsSync('dist/node/audit/main.js')) {
    const verify = ['dist/node/audit/main.js', 'verify', '--data', data];
    execFileSync(process.execPath, verify, { stdio: 'pipe' });
  }

  server = await start();
  expect(await health(server, { phase: 'blocked' })).toMatchObject({ phase: 'blocked', gateOpen: false });
  const session = await ask(server.console, 'GET', '/auth/session', { cookie: operator.cookie });
  expect(session.body).toMatchObject({ ok: true, session: { user: 'operator' } });
  const again = (await ask(server.control, 'GET', '/api/v1/orders', { key: strategyKey(data) })).body[
    'orders'
  ];
  const clients = (list: unknown): string[] =>
    (list as { orderId: string }[]).map(({ orderId }) => orderId).sort();
  expect(clients(again)).toEqual(clients(orders));
  expect(new Set(clients(again)).size).toBe(3);
  // The copy goes on behind what was restored.
  while ((await payloads(copy)).length <= acknowledged.length)
    await new Promise((next) => setTimeout(next, 20));
  expect((await payloads(copy)).slice(0, acknowledged.length)).toEqual(acknowledged);
}, 120_000);
