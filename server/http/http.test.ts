import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { io, type Socket } from 'socket.io-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { replySchema, type Reply } from '../../protocol/commands.ts';
import { ok, refuse } from '../../protocol/result.ts';
import type { OrderRequest, OrderView } from '../../protocol/orders.ts';
import type { Micros, OrderId, StrategyId, UserId } from '../../protocol/units.ts';
import { AuditBroken } from '../audit/log.ts';
import { Auth } from '../auth/auth.ts';
import { codeAt } from '../auth/totp.ts';
import { Commands } from '../commands.ts';
import { ControlHttp } from '../http.ts';
import { PriceFolder } from '../prices/price-folder.ts';
import { peopleParts } from '../main/people.ts';
import { actorText, type Actor } from '../orders/actor.ts';
import { NoteBook } from '../people/note-book.ts';
import { RestrictedList } from '../people/restricted-list.ts';
import { commandParts } from '../testing/command-parts.ts';
import { PASSWORD } from '../testing/identity.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { QuickHashing } from '../testing/quick-hashing.ts';
import { checkHead } from './guard.ts';
import { StrategyLimits } from './strategy-limits.ts';

const clock = new ManualClock();
const did: string[] = [];
let auditIsBroken = false;
const log = {
  append: () => (auditIsBroken ? Promise.reject(new AuditBroken('x')) : Promise.resolve()),
  appendNow: () => undefined,
};
let seed = 0;
const auth = new Auth({
  clock,
  log,
  hashing: new QuickHashing(),
  sealingKey: Buffer.alloc(32, 1),
  randomBytes: (count) => Buffer.alloc(count, ++seed),
});
const done = (what: string): Reply => {
  did.push(what);
  return { ok: true, sentence: what, at: 1 as Micros, orderId: null };
};
let placing: (() => Promise<Reply>) | null = null;
const desk = {
  refuses: () => null,
  place: (order: OrderRequest, actor: Actor) =>
    placing?.() ?? Promise.resolve(done(`place ${order.symbol} ${actorText(actor)}`)),
  cancel: (orderId: OrderId, actor: Actor) => Promise.resolve(done(`cancel ${orderId} ${actorText(actor)}`)),
  cancelAll: (actor: Actor) => Promise.resolve(done(`cancel all ${actorText(actor)}`)),
  orders: (): OrderView[] => [],
};
const halt = {
  press: () => done('press'),
  cancelAll: () => Promise.resolve(done('halt cancel-all')),
  takeBack: () => done('take-back'),
  release: () => done('release'),
  wouldAccept: () => ({ ok: true, value: 'yes' }) as const,
};
const commands = new Commands({
  ...commandParts(clock),
  auth,
  desk,
  halt,
  alarms: { acknowledge: () => ({ ok: true, value: 'x' }) },
  log,
});
const names = new Set(['localhost:4400']);
const adminKey = 'a'.repeat(43);
const relayKey = 'r'.repeat(43);
let http: ControlHttp;
let port = 0;
let strategyKey = '';

beforeAll(async () => {
  await auth.directory.seed([{ id: 'operator' as UserId, name: 'Olga', role: 'trader' }]);
  strategyKey = await auth.makeStrategyKey('sample' as StrategyId);
  http = await ControlHttp.make({
    clock,
    names: () => names,
    auth,
    adminKey,
    relayKey,
    secureCookies: false,
    log,
    ...peopleParts({
      auth,
      log,
      alarms: { strike: () => undefined },
      notes: new NoteBook({ clock, log }),
      restrictions: new RestrictedList({ clock, log }),
    }),
    failed: (_error, method, route) => void did.push(`failed ${method} ${route}`),
    linkUrl: (token) => `http://localhost:4400/enrol#token=${token}`,
    commands,
    desk,
    instruments: () => [],
    quotes: () => [],
    seen: (strategy) => void did.push(`seen ${strategy}`),
    rows: () => [
      {
        id: 'audit',
        name: 'Audit',
        state: 'down',
        sentence: 'x',
        figures: [],
        since: 0 as Micros,
        checkedAt: 0 as Micros,
      },
    ],
    halt: () =>
      ({ phase: 'trading', gateOpen: true }) as ReturnType<Parameters<typeof ControlHttp.make>[0]['halt']>,
    unacknowledged: () => 2,
    auditLog: {} as Parameters<typeof ControlHttp.make>[0]['auditLog'],
    anchors: () => [],
    reports: () => Promise.resolve(refuse('not-available', 'No reports here.')),
    prices: new PriceFolder('/nowhere'),
    kernelHistory: () => Promise.resolve(refuse('not-available', 'No history here.')),
    checks: { reply: () => ({ ok: true, everySeconds: 30, check: null, why: null }), hear: () => ok(null) },
    makeReport: () => Promise.resolve(ok('The report is being made.')),
    search: () => Promise.resolve(refuse('store-down', 'x')),
  });
  const listening = await http.listen(0);
  if (!listening.ok) throw new Error(listening.error.sentence);
  port = listening.value;
  names.add(`127.0.0.1:${port}`);
});
afterAll(() => http.close());
beforeEach(() => {
  clock.advance(60_000);
  did.length = 0;
  auditIsBroken = false;
});

interface Answer {
  status: number;
  body: string;
  cookie: string;
}

function send(
  method: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
    const defaults = {
      host: 'localhost:4400',
      'x-cwts': '1',
      'x-cwts-relay': relayKey,
      ...(text ? { 'content-type': 'application/json' } : {}),
    };
    const all = Object.fromEntries(
      Object.entries({ ...defaults, ...headers }).filter(([, value]) => value !== ''),
    );
    const request = httpRequest({ port, host: '127.0.0.1', method, path, headers: all }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          cookie: response.headers['set-cookie']?.[0] ?? '',
        }),
      );
    });
    request.on('error', reject);
    request.end(text);
  });
}
const codeOf = ({ body }: Answer) => (JSON.parse(body) as { code?: string }).code ?? 'ok';

async function signIn(): Promise<string> {
  const link = await auth.links.make('operator', { actor: 'test' });
  const token = link.ok ? link.value.token : '';
  const shown = await send('POST', '/auth/enrol/start', { token });
  const { secret } = JSON.parse(shown.body) as { secret: string | null };
  knownSecret = secret ?? knownSecret;
  const code = codeAt(knownSecret, clock.wallMicros() / 1e6);
  const method = secret === null ? { kind: 'code', code } : { kind: 'totp', password: PASSWORD, code };
  const finished = await send('POST', '/auth/enrol/finish', { token, method });
  expect(finished.status).toBe(200);
  return finished.cookie;
}
let knownSecret = '';
const envelope = (command: unknown) => ({
  id: `id-${++seed}-00000`,
  expiresAt: clock.wallMicros() + 1e6,
  command,
});
const wrongLogin = { user: 'x', password: PASSWORD, factor: { kind: 'totp', code: '000000' } };
const press = { type: 'halt.press', haltId: 'halt-0001', reason: 'x' };

describe('who is heard at all', () => {
  it.each<[string, Record<string, string>, string]>([
    ['a foreign host (DNS rebinding)', { host: 'evil.example' }, 'foreign-host'],
    ['the right name on another port', { host: 'localhost:9999' }, 'foreign-host'],
    ['a page of another origin', { origin: 'https://evil.example' }, 'foreign-origin'],
    ['an opaque origin', { origin: 'null' }, 'foreign-origin'],
    ['a page of our host on another port', { origin: 'http://localhost:5000' }, 'foreign-origin'],
    ['a form, which can’t carry the marker', { 'x-cwts': '' }, 'marker-missing'],
  ])('%s is refused before its body is read', async (_name, headers, code) => {
    const answer = await send('POST', '/halt', envelope(press), headers);
    expect([answer.status, codeOf(answer)]).toEqual([403, code]);
    expect(did).toEqual([]);
  });

  it('reading is refused to other origins too', () => {
    const head = { method: 'GET', host: 'localhost:4400', marker: undefined, isKnown: false };
    expect(checkHead({ ...head, origin: undefined }, names)).toBeNull();
    expect(checkHead({ ...head, origin: 'http://localhost:4400' }, names)).toBeNull();
    expect(checkHead({ ...head, origin: 'http://127.0.0.1:4400' }, names)?.code).toBe('foreign-origin');
  });

  it('where a request comes from is the relay’s word only: no local program can say it', async () => {
    const forged = { 'x-cwts-relay': 's'.repeat(43), 'x-cwts-address': '10.0.0.8' };
    const answer = await send('POST', '/auth/login', wrongLogin, forged);
    expect([answer.status, codeOf(answer)]).toEqual([403, 'foreign-address']);
  });

  it('a bearer of any other word than a known key is as anybody: marker and limits hold', async () => {
    const authorization = `Bearer ${'z'.repeat(43)}`;
    const form = await send('POST', '/auth/login', wrongLogin, { authorization, 'x-cwts': '' });
    expect([form.status, codeOf(form)]).toEqual([403, 'marker-missing']);
    const statuses = new Set<number>();
    for (let i = 0; i < 30; i++) {
      const headers = { authorization, 'x-cwts-address': '10.0.0.8' };
      statuses.add((await send('POST', '/auth/login', wrongLogin, headers)).status);
    }
    expect(statuses).toContain(429);
  });

  it('too large, not JSON, not well formed, not there: one sentence each, no stack', async () => {
    const cookie = await signIn();
    const large = await send('POST', '/api/v1/commands', { x: 'y'.repeat(70_000) }, { cookie });
    const text = await send('POST', '/api/v1/commands', '{}', { cookie, 'content-type': 'text/plain' });
    const broken = await send('POST', '/api/v1/commands', '{"a":', { cookie });
    const nothing = await send('GET', '/etc/passwd', undefined);
    expect([large.status, text.status, broken.status, nothing.status]).toEqual([413, 415, 400, 404]);
    for (const answer of [large, text, broken, nothing]) {
      expect(JSON.parse(answer.body)).toMatchObject({
        ok: false,
        sentence: expect.stringMatching(/\.$/) as string,
      });
      expect(answer.body).not.toContain('node_modules');
    }
  });
});

it('what fails in here is one sentence for the caller and the whole error for the server’s own log', async () => {
  placing = () => Promise.reject(new Error('disk on fire'));
  const authorization = `Bearer ${strategyKey}`;
  const answer = await send('POST', '/api/v1/orders', order, { authorization });
  placing = null;
  expect([answer.status, codeOf(answer)]).toEqual([500, 'failed']);
  expect(answer.body).not.toContain('fire');
  expect(did).toContain('failed POST /api/v1/orders');
});

describe('people', () => {
  it('sign in by a link; the cookie is HttpOnly and SameSite=Strict; a command needs it', async () => {
    const cookie = await signIn();
    expect(cookie).toMatch(/^cwts_session=[A-Za-z0-9_-]{43};/);
    for (const attribute of ['HttpOnly', 'SameSite=Strict', 'Path=/']) expect(cookie).toContain(attribute);
    const stranger = await send('POST', '/halt', envelope(press));
    expect([stranger.status, codeOf(stranger)]).toEqual([401, 'not-signed-in']);
    expect(codeOf(await send('POST', '/halt', envelope(press), { cookie }))).toBe('ok');
    expect(did).toEqual(['press']);
    expect(codeOf(await send('POST', '/halt', envelope({ type: 'order.cancel-all' }), { cookie }))).toBe(
      'not-a-halt',
    );
    expect((await send('GET', '/auth/session', undefined, { cookie })).status).toBe(200);
    await send('POST', '/auth/logout', {}, { cookie });
    expect((await send('GET', '/auth/session', undefined, { cookie })).status).toBe(401);
  });

  it('are limited in sign-ins by address, and never in halts', async () => {
    const cookie = await signIn();
    const statuses = [];
    for (let i = 0; i < 30; i++) {
      statuses.push((await send('POST', '/auth/login', wrongLogin, { 'x-cwts-address': '10.0.0.9' })).status);
    }
    expect(statuses).toContain(429);
    for (let i = 0; i < 30; i++) {
      const halted = await send('POST', '/halt', envelope(press), { cookie, 'x-cwts-address': '10.0.0.9' });
      expect(halted.status).toBe(200);
    }
  });

  it.each([
    ['by another spelling of its address', '/auth/%6cogin', {}],
    ['with the key of a strategy', '/auth/login', { strategy: true }],
  ])('are limited in sign-ins %s too', async (_how, path, { strategy = false }: { strategy?: boolean }) => {
    const statuses = new Set<number>();
    const headers = {
      'x-cwts-address': '10.0.0.10',
      ...(strategy ? { authorization: `Bearer ${strategyKey}` } : {}),
    };
    for (let i = 0; i < 30; i++) {
      // Another name each time: what is counted here is the address.
      const { status } = await send('POST', path, { ...wrongLogin, user: `x${i}` }, headers);
      statuses.add(status);
    }
    const last = await send('POST', path, wrongLogin, headers);
    expect([...statuses]).toContain(429);
    expect(codeOf(last)).toBe('too-many-requests');
  });

  it('change nothing of their factors in a session whose 12 hours are over', async () => {
    const cookie = await signIn();
    clock.advance(12 * 3600 * 1000);
    const asked = await send('POST', '/auth/account/totp/start', {}, { cookie });
    expect([asked.status, codeOf(asked)]).toEqual([403, 'session-over']);
    expect((await send('GET', '/auth/account', undefined, { cookie })).status).toBe(200);
  });

  it('links are made with the key of this machine only', async () => {
    const made = await send(
      'POST',
      '/admin/link',
      { user: 'operator' },
      { authorization: `Bearer ${adminKey}` },
    );
    expect(JSON.parse(made.body)).toMatchObject({
      ok: true,
      url: expect.stringContaining('/enrol#token=') as string,
    });
    const key = { authorization: `Bearer ${'b'.repeat(43)}` };
    expect((await send('POST', '/admin/link', { user: 'operator' }, key)).status).toBe(401);
    expect((await send('POST', '/admin/link', { user: 'operator' })).status).toBe(401);
    const admin = { authorization: `Bearer ${adminKey}` };
    expect(codeOf(await send('POST', '/admin/link', { user: 'ghost' }, admin))).toBe('unknown-user');
    auditIsBroken = true;
    expect(codeOf(await send('POST', '/admin/link', { user: 'operator' }, admin))).toBe('audit-broken');
  });
});

const order = { clientId: 'c1', symbol: 'BTCUSDT', side: 'buy', type: 'limit', price: '1', size: '1' };

describe('strategies', () => {
  it('place and cancel their own by REST with their key, and nobody else does', async () => {
    const key = { authorization: `Bearer ${strategyKey}`, 'x-cwts': '' };
    await send('POST', '/api/v1/orders', order, key);
    await send('DELETE', '/api/v1/orders/cw-1', undefined, key);
    await send('DELETE', '/api/v1/orders', undefined, key);
    expect(did.filter((one) => !one.startsWith('seen'))).toEqual([
      'place BTCUSDT strategy:sample',
      'cancel cw-1 strategy:sample',
      'cancel all strategy:sample',
    ]);
    did.length = 0;
    for (const authorization of ['', `Bearer ${adminKey}`, 'Basic x']) {
      expect((await send('POST', '/api/v1/orders', order, { authorization })).status).toBe(401);
      expect((await send('GET', '/api/v1/quotes', undefined, { authorization })).status).toBe(401);
    }
    expect(did).toEqual([]);
  });

  it('R-16: what is not even JSON is refused in the shape of every other refusal', async () => {
    const key = { authorization: `Bearer ${strategyKey}` };
    for (const broken of ['{"size": NaN}', '{', '[]']) {
      const reply = replySchema.parse(JSON.parse((await send('POST', '/api/v1/orders', broken, key)).body));
      expect(reply).toMatchObject({ ok: false, rule: null });
    }
    expect(did.filter((one) => one.startsWith('place'))).toEqual([]);
  });

  it('R-16: what is not an order is refused with the field that is wrong', async () => {
    const key = { authorization: `Bearer ${strategyKey}` };
    for (const change of [{ size: 1e21 }, { price: 5 }, { side: 'up' }, { clientId: 'a b' }, { extra: 1 }]) {
      const answer = await send('POST', '/api/v1/orders', { ...order, ...change }, key);
      expect([answer.status, codeOf(answer)]).toEqual([400, 'bad-order']);
    }
    expect(did.filter((one) => one.startsWith('place'))).toEqual([]);
  });

  it('have limits of their own by REST too, the same by every way; cancels pass while places wait', async () => {
    const key = { authorization: `Bearer ${strategyKey}` };
    const limits = new StrategyLimits(clock);
    const sample = 'sample' as StrategyId;
    let taken = 0;
    while (limits.place(sample)) taken += 1;
    expect(taken).toBe(4000);
    expect([limits.cancel(sample), limits.read(sample), limits.place('b' as StrategyId)]).toEqual([
      true,
      true,
      true,
    ]);
    const reads = await Promise.all(
      Array.from({ length: 650 }, () => send('GET', '/api/v1/quotes', undefined, key)),
    );
    const refused = reads.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(codeOf(refused[0] ?? { status: 0, body: '{}', cookie: '' })).toBe('too-many-requests');
    expect((await send('DELETE', '/api/v1/orders', undefined, key)).status).toBe(200);
  });

  const connect = (options: { key?: unknown; origin?: string }): Socket =>
    io(`http://127.0.0.1:${port}`, {
      path: '/strategy',
      transports: ['websocket'],
      reconnection: false,
      auth: { key: options.key },
      ...(options.origin === undefined ? {} : { extraHeaders: { origin: options.origin } }),
    });

  it('the same by socket, told of their own orders only', async () => {
    const socket = connect({ key: strategyKey });
    const pushed: unknown[][] = [];
    socket.on('orders', (...args: unknown[]) => pushed.push(args));
    await once(socket as unknown as NodeJS.EventEmitter, 'connect');
    expect(http.sockets.isConnected('sample' as StrategyId)).toBe(true);
    expect(await socket.timeout(5000).emitWithAck('order.place', order)).toMatchObject({ ok: true });
    expect(await socket.timeout(5000).emitWithAck('order.place', { ...order, size: NaN })).toMatchObject({
      ok: false,
      code: 'bad-order',
    });
    expect(await socket.timeout(5000).emitWithAck('order.cancel', 'cw-1')).toMatchObject({ ok: true });
    expect(await socket.timeout(5000).emitWithAck('order.cancel', { $gt: '' })).toMatchObject({ ok: false });
    const own = { orderId: 'cw-1', strategy: 'sample' } as unknown as OrderView;
    http.sockets.publish([own, { ...own, strategy: 'other' as StrategyId }], []);
    await socket.timeout(5000).emitWithAck('order.cancel', 'cw-1');
    expect(pushed).toEqual([
      [[], []],
      [[own], []],
    ]);
    socket.disconnect();
  });

  it('by socket without a key, with another, or from a page, nobody is heard', async () => {
    for (const options of [
      {},
      { key: 'x' },
      { key: adminKey },
      { key: { a: 1 } },
      { key: strategyKey, origin: `http://127.0.0.1:${port}` },
    ]) {
      const socket = connect(options);
      const [error] = (await once(socket as unknown as NodeJS.EventEmitter, 'connect_error')) as [Error];
      expect(error).toBeInstanceOf(Error);
      socket.disconnect();
    }
  });
});

it('liveness and metrics say how it is, without a secret', async () => {
  expect(JSON.parse((await send('GET', '/health', undefined)).body)).toEqual({
    ok: true,
    phase: 'trading',
    gateOpen: true,
  });
  const { body } = await send('GET', '/metrics', undefined);
  expect(body).toContain('cwts_gate_open 1\n');
  expect(body).toContain('cwts_health_state{row="audit"} 2\n');
  expect(body).toContain('cwts_alarms_unacknowledged 2\n');
});
