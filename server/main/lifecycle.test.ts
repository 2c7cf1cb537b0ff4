import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureDefined } from '../../protocol/assert.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import { formatPrice, formatSize } from '../../protocol/instrument.ts';
import type { Lots, Ticks } from '../../protocol/units.ts';
import type { StrategyQuote } from '../../protocol/strategy.ts';
import { ask, ExchangeAccount, Person } from '../testing/desk-client.ts';
import { Program } from '../testing/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-server-'));
const page = join(folder, 'page');
const programs: Program[] = [];
let rest = '';
let exchange: ExchangeAccount;

function run(file: string, args: string[]): Program {
  const program = new Program(file, args);
  programs.push(program);
  return program;
}

const serverArguments = (data: string, more: string[] = []): string[] => [
  ...['--config', 'config/demo.toml', '--data', data, '--port', '0', '--control-port', '0', '--page', page],
  ...['--venue-rest', rest, '--venue-ws', rest.replace('http', 'ws'), ...more],
];

interface Started {
  readonly program: Program;
  readonly console: string;
  readonly control: string;
  readonly links: readonly { user: string; url: string }[];
}

async function startServer(data: string): Promise<Started> {
  const program = run('dist/node/server/main.js', serverArguments(data));
  const ready = await program.line('ready');
  return { program, ...(ready as unknown as Omit<Started, 'program'>) };
}

/** What the server says of itself, asked until it is so; the last answer after 10 s. */
async function health(server: Started, wanted: Record<string, unknown>): Promise<Record<string, unknown>> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const { body } = await ask(server.control, 'GET', '/health');
    const isSo = Object.entries(wanted).every(([key, value]) => body[key] === value);
    if (isSo || Date.now() > deadline) return body;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A resting order well below the market. */
async function placeOrder(server: Started, key: string): Promise<Record<string, unknown>> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const instruments = (await ask(server.control, 'GET', '/api/v1/instruments', { key })).body[
      'instruments'
    ];
    const quotes = (await ask(server.control, 'GET', '/api/v1/quotes', { key })).body['quotes'];
    const instrument = (instruments as Instrument[])[1];
    const quote = (quotes as StrategyQuote[])[1];
    if (instrument && quote?.state === 'live' && quote.bid > 0) {
      const order = {
        clientId: randomUUID().slice(0, 20),
        symbol: instrument.symbol,
        side: 'buy',
        type: 'limit',
        price: formatPrice(Math.floor(quote.bid * 0.9) as Ticks, instrument),
        size: formatSize((instrument.minLots * 200) as Lots, instrument),
      };
      return (await ask(server.control, 'POST', '/api/v1/orders', { key, body: order })).body;
    }
    if (Date.now() > deadline) throw new Error('no live quote');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function placeForeign(): Promise<void> {
  const info = (await (await fetch(`${rest}/api/v3/exchangeInfo`)).json()) as {
    symbols: { symbol: string; filters: { filterType: string; tickSize?: string; stepSize?: string }[] }[];
  };
  const { symbol, filters } = ensureDefined(info.symbols[2], 'a third symbol');
  const of = (type: string) =>
    ensureDefined(
      filters.find((filter) => filter.filterType === type),
      type,
    );
  const book = (await (await fetch(`${rest}/api/v3/ticker/bookTicker?symbol=${symbol}`)).json()) as {
    bidPrice: string;
  };
  const price = wholeSteps(Number(book.bidPrice) * 0.9, of('PRICE_FILTER').tickSize ?? '1');
  const quantity = wholeSteps(100 / Number(price), of('LOT_SIZE').stepSize ?? '1');
  await exchange.place({ symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity, price });
}

function wholeSteps(value: number, step: string): string {
  const decimals = Math.max(0, step.replace(/0+$/, '').split('.')[1]?.length ?? 0);
  return (Math.floor(value / Number(step)) * Number(step)).toFixed(decimals);
}

const strategyKey = (data: string): string => readFileSync(join(data, 'strategy.key'), 'utf8').trim();
const press = (haltId: string) => ({ type: 'halt.press', haltId, reason: 'test' });

/** A venue of its own for each day: requests are weighed by the minute, as at the real one. */
async function startExchange(): Promise<void> {
  const sim = run('dist/node/sim/main.js', [
    '--port',
    '0',
    '--seed',
    '7',
    '--instruments',
    '6',
    '--preroll',
    '30',
  ]);
  rest = String((await sim.line('ready'))['rest']);
  exchange = new ExchangeAccount(rest);
}

beforeAll(async () => {
  execFileSync(process.execPath, ['scripts/build.mjs', '--only', 'node'], { stdio: 'pipe' });
  mkdirSync(page);
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>page</title>');
  await startExchange();
});

afterAll(async () => {
  await Promise.all(programs.map((program) => program.kill('SIGKILL')));
  rmSync(folder, { recursive: true, force: true });
});

describe('a desk’s day', () => {
  const data = join(folder, 'desk');
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
    await placeForeign();
    expect(await exchange.openOrders()).toHaveLength(6);

    const haltId = randomUUID();
    expect((await operator.command(server.console, press(haltId))).body).toMatchObject({ ok: true });
    expect(await health(server, {})).toMatchObject({ phase: 'blocked', gateOpen: false });
    expect(await placeOrder(server, key)).toMatchObject({ ok: false });
    expect(await exchange.openOrders()).toHaveLength(6);

    const cancel = await operator.command(server.console, { type: 'halt.cancel-all', haltId }, 'halt');
    expect(cancel.body).toMatchObject({ ok: true });
    expect(await exchange.openOrders()).toEqual([]);
    expect(await health(server, {})).toMatchObject({ phase: 'confirmed', gateOpen: false });

    const release = { type: 'halt.release', haltId, reason: 'checked' };
    expect((await operator.command(server.console, release, 'release')).body).toMatchObject({ ok: false });
    expect((await second.command(server.console, release, 'release')).body).toMatchObject({ ok: true });
    expect(await health(server, {})).toMatchObject({ phase: 'trading', gateOpen: true });
    expect(await placeOrder(server, key)).toMatchObject({ ok: true });
  });

  it('R-31: killed with orders open, it boots halted, nothing lost, and people are still signed in', async () => {
    await server.program.kill('SIGKILL');
    expect(await exchange.openOrders()).toHaveLength(1);
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
    await placeForeign();
    server = await startServer(data);
    expect(await health(server, { phase: 'confirmed' })).toMatchObject({
      phase: 'confirmed',
      gateOpen: false,
    });
    expect(await exchange.openOrders()).toEqual([]);
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
    const data = join(folder, 'clean');
    const first = await startServer(data);
    expect(await placeOrder(first, strategyKey(data))).toMatchObject({ ok: true });
    await placeForeign();
    expect((await first.program.kill('SIGINT')).code).toBe(0);
    const left = await exchange.openOrders();
    expect(left).toHaveLength(1);
    await exchange.cancelAll(String(left[0]?.['symbol']));
    const next = await startServer(data);
    expect(await health(next, {})).toMatchObject({ phase: 'trading', gateOpen: true });
    await next.program.kill('SIGINT');
  });
});

describe('what can’t start says one sentence and exits', () => {
  const failing = async (args: string[]): Promise<Record<string, unknown>> => {
    const program = run('dist/node/server/main.js', args);
    const { code } = await program.exited;
    expect(code).toBe(1);
    expect(program.stderr).toBe('');
    return { ...program.lines.at(-1) };
  };

  it('a data directory in use', async () => {
    const data = join(folder, 'twice');
    const first = await startServer(data);
    const said = await failing(serverArguments(data));
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
      const said = await failing(serverArguments(join(folder, `busy${i}`), [option, port]));
      expect(said).toMatchObject({ code: 'port-busy' });
      expect(said['fatal']).toContain(port);
    }
    busy.close();
    // Nothing was traded, so nothing has crashed.
    const next = await startServer(join(folder, 'busy0'));
    expect(await health(next, {})).toMatchObject({ phase: 'trading', gateOpen: true });
    await next.program.kill('SIGINT');
  });

  it('a broken configuration, a missing page, a missing argument', async () => {
    const config = join(folder, 'broken.toml');
    writeFileSync(config, 'profile = "demo"\n[console]\nport = "x"\n');
    expect(await failing(['--config', config, '--data', join(folder, 'x')])).toMatchObject({
      code: 'config-invalid',
    });
    expect(await failing(['--data', 'x'])).toMatchObject({ code: 'arguments' });
    expect(
      await failing(serverArguments(join(folder, 'nopage'), ['--page', join(folder, 'none')])),
    ).toHaveProperty('fatal');
  });
});
