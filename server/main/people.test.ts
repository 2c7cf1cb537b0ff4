/** People, keys and lists on the built server, over restarts and a recovery on the host. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, Person } from '../testing/desk-client.ts';
import { placeOrder, ServerRig, strategyKey, type Exchange, type Started } from '../testing/server-rig.ts';

const rig = new ServerRig();
let exchange: Exchange;
beforeAll(async () => {
  rig.build();
  exchange = await rig.startExchange();
});
afterAll(() => rig.close());

describe('a desk with an administrator', () => {
  const data = rig.data('people');
  const ada = new Person();
  const stan = new Person();
  let server: Started;
  const start = async () => (server = await rig.startServer(data, exchange));
  const linkOf = (user: string) => server.links.find((link) => link.user === user)?.url ?? '';
  const host = (path: string, body?: object) =>
    ask(server.control, body ? 'POST' : 'GET', path, {
      key: readFileSync(join(data, 'admin.key'), 'utf8').trim(),
      ...(body ? { body } : {}),
    });
  const alarms = async (): Promise<number> => {
    const metrics = await (await fetch(`${server.control}/metrics`)).text();
    return Number(/^cwts_alarms_unacknowledged (\d+)$/m.exec(metrics)?.[1]);
  };

  it('shows three links at a first start, the administrator’s too', async () => {
    await start();
    expect(server.links.map(({ user }) => user)).toEqual(['operator', 'second', 'admin']);
    expect((await ada.enrol(server.console, linkOf('admin'))).body).toMatchObject({ ok: true });
    expect((await stan.enrol(server.console, linkOf('second'))).body).toMatchObject({ ok: true });
  });

  it('R-11: the restricted list holds in the gate; the key of another scope and a revoked one are refused', async () => {
    const add = { type: 'restriction.add', name: 'USDT', reason: 'a test' };
    expect((await stan.command(server.console, add)).body).toMatchObject({ ok: true });
    const refused = await placeOrder(server, strategyKey(data));
    expect(refused).toMatchObject({ ok: false, rule: { rule: 'restricted', requirement: 'R-11' } });

    const create = { type: 'service-account.create', account: 'reader', scopes: ['market.read'], days: 3 };
    const made = await ada.command(server.console, create, 'admin');
    const key = String(made.body['shown']);
    expect(await placeOrder(server, key)).toMatchObject({ ok: false, rule: { rule: 'unauthorised' } });
    const revoke = { type: 'service-account.revoke', account: 'reader', reason: 'a test' };
    expect((await ada.command(server.console, revoke)).body).toMatchObject({ ok: true });
    const gone = await ask(server.control, 'GET', '/api/v1/quotes', { key });
    expect([gone.status, gone.body['code']]).toEqual([401, 'key-unknown']);
  });

  it('the list and the log book outlive a restart; a user who was removed does not come back', async () => {
    const note = { type: 'note.add', kind: 'handover', text: 'USDT is restricted' };
    expect((await stan.command(server.console, note)).body).toMatchObject({ ok: true });
    const remove = { type: 'user.remove', user: 'operator', reason: 'left' };
    expect((await ada.command(server.console, remove, 'admin')).body).toMatchObject({ ok: true });
    await server.program.kill('SIGTERM');
    await start();
    expect(server.links.map(({ user }) => user)).toEqual(['second', 'admin']);
    const people = await ask(server.console, 'GET', '/api/people', { cookie: ada.cookie });
    expect(people.body).toMatchObject({
      people: [{ user: 'second' }, { user: 'admin' }],
      restrictions: [{ name: 'USDT', reason: 'a test', by: 'second' }],
    });
    const notes = await ask(server.console, 'GET', '/api/notes', { cookie: ada.cookie });
    expect(notes.body).toMatchObject({ notes: [{ note: 1, kind: 'handover', by: 'second' }] });
    expect(await placeOrder(server, strategyKey(data))).toMatchObject({ rule: { rule: 'restricted' } });
  });

  it('R-53: the host restores a locked-out administrator, nobody else, and an alarm says so', async () => {
    const before = await alarms();
    expect((await host('/admin/recover', { user: 'second' })).body).toMatchObject({
      code: 'not-an-administrator',
    });
    expect(await alarms()).toBe(before);
    const made = await host('/admin/recover', { user: 'admin' });
    expect(await alarms()).toBe(before + 1);
    const again = new Person();
    expect((await again.enrol(server.console, String(made.body['url']))).body).toMatchObject({ ok: true });
    // The sessions and factors from before are over.
    const old = await ask(server.console, 'GET', '/auth/session', { cookie: ada.cookie });
    expect(old.status).toBe(401);
    // The public port is no way there, with the key either.
    const key = readFileSync(join(data, 'admin.key'), 'utf8').trim();
    const outside = await ask(server.console, 'GET', '/admin/users', { key }).catch(() => null);
    expect(outside?.body['people']).toBeUndefined();
  });

  it('the same with no server running: the link works after the next start, and the alarm is there', async () => {
    const before = await alarms();
    await server.program.kill('SIGTERM');
    const recover = ['--config', 'config/demo.toml', '--data', data, '--user'];
    expect(await rig.run('dist/node/server/recover.js', [...recover, 'ghost']).line('fatal')).toMatchObject({
      code: 'unknown-user',
    });
    const program = rig.run('dist/node/server/recover.js', [...recover, 'admin']);
    const url = String((await program.line('url'))['url']);
    await start();
    expect(await alarms()).toBe(before);
    const locked = rig.run('dist/node/server/recover.js', [...recover, 'admin']);
    expect(await locked.line('fatal')).toMatchObject({ code: 'data-locked' });
    const once = new Person();
    expect((await once.enrol(server.console, url)).body).toMatchObject({ ok: true });
    const log = await ask(server.console, 'GET', '/auth/session', { cookie: once.cookie });
    expect(log.body).toMatchObject({ session: { user: 'admin', role: 'administrator' } });
  });
});
