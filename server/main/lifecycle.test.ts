import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, Person } from '../testing/desk-client.ts';
import {
  health,
  placeOrder,
  ServerRig,
  strategyKey,
  type Exchange,
  type Started,
} from '../testing/server-rig.ts';

const rig = new ServerRig();
let exchange: Exchange;
const startServer = (data: string): Promise<Started> => rig.startServer(data, exchange);
const startExchange = async (): Promise<void> => {
  exchange = await rig.startExchange();
};
const press = (haltId: string) => ({ type: 'halt.press', haltId, reason: 'test' });

beforeAll(async () => {
  rig.build();
  await startExchange();
});
afterAll(() => rig.close());

describe('a desk’s day', () => {
  const data = rig.data('desk');
  const operator = new Person();
  const second = new Person();
  let server: Started;

  it('a first start trades; two people enrol by their links, by the public port', async () => {
    server = await startServer(data);
    expect(await health(server, { phase: 'trading' })).toMatchObject({ phase: 'trading', gateOpen: true });
    for (const [person, i] of [
      [operator, 0],
      [second, 1],
    ] as const) {
      const done = await person.enrol(server.console, server.links[i]?.url ?? '');
      expect(done.body).toMatchObject({ ok: true });
      expect(done.cookie).toMatch(/^cwts_session=/);
    }
    const session = await ask(server.console, 'GET', '/auth/session', { cookie: operator.cookie });
    expect(session.body).toMatchObject({ ok: true, session: { user: 'operator', role: 'trader' } });
    const again = await ask(server.console, 'POST', '/auth/enrol/start', {
      body: { token: new URL(server.links[0]?.url ?? '').hash.slice(7) },
    });
    expect(again.body).toMatchObject({ ok: false, code: 'link-unknown' });
  });

  it('R-23, R-25, R-30: a press closes the gate, a code empties the venue, a second person releases', async () => {
    const key = strategyKey(data);
    for (let i = 0; i < 5; i++) expect(await placeOrder(server, key)).toMatchObject({ ok: true });
    await exchange.placeForeign();
    expect(await exchange.account.openOrders()).toHaveLength(6);

    const haltId = randomUUID();
    expect((await operator.command(server.console, press(haltId))).body).toMatchObject({ ok: true });
    expect(await health(server, {})).toMatchObject({ phase: 'blocked', gateOpen: false });
    expect(await placeOrder(server, key)).toMatchObject({ ok: false });
    expect(await exchange.account.openOrders()).toHaveLength(6);

    const cancel = await operator.command(server.console, { type: 'halt.cancel-all', haltId }, 'halt');
    expect(cancel.body).toMatchObject({ ok: true });
    expect(await exchange.account.openOrders()).toEqual([]);
    expect(await health(server, {})).toMatchObject({ phase: 'confirmed', gateOpen: false });

    const release = { type: 'halt.release', haltId, reason: 'checked' };
    expect((await operator.command(server.console, release, 'release')).body).toMatchObject({ ok: false });
    expect((await second.command(server.console, release, 'release')).body).toMatchObject({ ok: true });
    expect(await health(server, {})).toMatchObject({ phase: 'trading', gateOpen: true });
    expect(await placeOrder(server, key)).toMatchObject({ ok: true });
  });

  it('R-31: killed with orders open, it boots halted, nothing lost, and people are still signed in', async () => {
    await server.program.kill('SIGKILL');
    expect(await exchange.account.openOrders()).toHaveLength(1);
    server = await startServer(data);
    expect(await health(server, { phase: 'blocked' })).toMatchObject({ phase: 'blocked', gateOpen: false });
    const key = strategyKey(data);
    expect(await placeOrder(server, key)).toMatchObject({ ok: false });
    const own = (await ask(server.control, 'GET', '/api/v1/orders', { key })).body['orders'];
    expect(
      (own as { state: string }[]).filter((order) => order.state !== 'cancelled').length,
    ).toBeGreaterThan(0);
    const session = await ask(server.console, 'GET', '/auth/session', { cookie: operator.cookie });
    expect(session.body).toMatchObject({ ok: true });
  });

  it('an unfinished halt goes on after another kill, without asking for a code again', async () => {
    const haltId = randomUUID();
    expect((await second.command(server.console, press(haltId))).body).toMatchObject({ ok: true });
    const cancel = await second.command(server.console, { type: 'halt.cancel-all', haltId }, 'halt');
    expect(cancel.body).toMatchObject({ ok: true });
    await server.program.kill('SIGKILL');
    await exchange.placeForeign();
    server = await startServer(data);
    expect(await health(server, { phase: 'confirmed' })).toMatchObject({
      phase: 'confirmed',
      gateOpen: false,
    });
    expect(await exchange.account.openOrders()).toEqual([]);
  });

  it('a clean stop cancels our orders, says so, and the next start is as it was left', async () => {
    const ended = await server.program.kill('SIGINT');
    expect(ended.code).toBe(0);
    expect(server.program.lines.at(-1)).toMatchObject({ clean: true });
    server = await startServer(data);
    expect(await health(server, { phase: 'confirmed' })).toMatchObject({ gateOpen: false });
    expect((await server.program.kill('SIGTERM')).code).toBe(0);
  });
});

describe('clean stop', () => {
  beforeAll(startExchange);

  it('leaves none of our orders, and the next start trades', async () => {
    const data = rig.data('clean');
    const first = await startServer(data);
    expect(await placeOrder(first, strategyKey(data))).toMatchObject({ ok: true });
    await exchange.placeForeign();
    expect((await first.program.kill('SIGINT')).code).toBe(0);
    const left = await exchange.account.openOrders();
    expect(left).toHaveLength(1);
    await exchange.account.cancelAll(String(left[0]?.['symbol']));
    const next = await startServer(data);
    expect(await health(next, {})).toMatchObject({ phase: 'trading', gateOpen: true });
    await next.program.kill('SIGINT');
  });
});

describe('what can’t start says one sentence and exits', () => {
  const failing = async (args: string[]): Promise<Record<string, unknown>> => {
    const program = rig.run('dist/node/server/main.js', args);
    const { code } = await program.exited;
    expect(code).toBe(1);
    expect(program.stderr).toBe('');
    return { ...program.lines.at(-1) };
  };

  it('a data directory in use', async () => {
    const data = rig.data('twice');
    const first = await startServer(data);
    const said = await failing(rig.serverArguments(data, exchange));
    expect(said).toMatchObject({ code: 'data-locked' });
    expect(said['fatal']).toContain(`process ${first.program.pid}`);
    await first.program.kill('SIGINT');
  });

  it('a busy port, of the console or of control', async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const address = busy.address();
    const port = String(typeof address === 'object' && address ? address.port : 0);
    for (const [i, option] of ['--port', '--control-port'].entries()) {
      const said = await failing(rig.serverArguments(rig.data(`busy${i}`), exchange, [option, port]));
      expect(said).toMatchObject({ code: 'port-busy' });
      expect(said['fatal']).toContain(port);
    }
    busy.close();
    // Nothing was traded, so nothing has crashed.
    const next = await startServer(rig.data('busy0'));
    expect(await health(next, {})).toMatchObject({ phase: 'trading', gateOpen: true });
    await next.program.kill('SIGINT');
  });

  it('a broken configuration, a missing page, a missing argument', async () => {
    const config = rig.data('broken.toml');
    writeFileSync(config, 'profile = "demo"\n[console]\nport = "x"\n');
    expect(await failing(['--config', config, '--data', rig.data('x')])).toMatchObject({
      code: 'config-invalid',
    });
    expect(await failing(['--data', 'x'])).toMatchObject({ code: 'arguments' });
    expect(
      await failing(rig.serverArguments(rig.data('nopage'), exchange, ['--page', rig.data('none')])),
    ).toHaveProperty('fatal');
  });
});
