/** Ctrl-C when the venue is silent, in the middle of a halt, and what a restart makes of each. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FRAME_BYTES, HEADER_BYTES, readFrames } from '../audit/frame.ts';
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
const press = (haltId: string) => ({ type: 'halt.press', haltId, reason: 'test' });
const CAPTURE = 'config/captures/sim-60s.jsonl.gz';

beforeAll(() => rig.build());
afterAll(() => rig.close());

interface Day {
  readonly data: string;
  readonly exchange: Exchange;
  readonly server: Started;
  readonly operator: Person;
  readonly orderId: string;
}

/** A server with the operator signed in and one order of ours open. */
async function tradingDay(name: string): Promise<Day> {
  const data = rig.data(name);
  const exchange = await rig.startExchange();
  const server = await rig.startServer(data, exchange);
  const operator = new Person();
  await operator.enrol(server.console, server.links[0]?.url ?? '');
  const placed = await placeOrder(server, strategyKey(data));
  expect(placed).toMatchObject({ ok: true });
  return { data, exchange, server, operator, orderId: String(placed['orderId']) };
}

const newestSegment = (data: string): string => {
  const name = readdirSync(join(data, 'audit'))
    .filter((one) => one.endsWith('.log'))
    .sort()
    .at(-1);
  return join(data, 'audit', name ?? '');
};

describe.concurrent('Ctrl-C while the venue does not answer', () => {
  it('R-31: names what may still be open, exits with an error, and the next start is halted', async ({
    expect,
  }) => {
    const { data, exchange, server, orderId } = await tradingDay('silent');
    process.kill(exchange.program.pid, 'SIGSTOP');
    const { code } = await server.program.kill('SIGINT');
    process.kill(exchange.program.pid, 'SIGCONT');
    expect(code).toBe(1);
    const said = server.program.lines.at(-1);
    expect(said).toMatchObject({ clean: false });
    expect(said?.['stopped']).toContain(orderId);
    expect(said?.['stopped']).toMatch(/next start is halted/);
    const next = await rig.startServer(data, exchange);
    expect(await health(next, { phase: 'blocked' })).toMatchObject({ phase: 'blocked', gateOpen: false });
    await next.program.kill('SIGINT');
  });

  it('R-31: in the middle of a cancel-all: the next start goes on cancelling, foreign orders too', async ({
    expect,
  }) => {
    const { data, exchange, server, operator } = await tradingDay('mid-halt');
    await exchange.placeForeign();
    expect(await exchange.account.openOrders()).toHaveLength(2);
    process.kill(exchange.program.pid, 'SIGSTOP');
    const haltId = randomUUID();
    await operator.command(server.console, press(haltId));
    const cancel = await operator.command(server.console, { type: 'halt.cancel-all', haltId }, 'halt');
    expect(cancel.body).toMatchObject({ ok: false, code: 'not-confirmed-yet' });
    const { code } = await server.program.kill('SIGINT');
    process.kill(exchange.program.pid, 'SIGCONT');
    expect(code).toBe(1);
    const next = await rig.startServer(data, exchange);
    expect(await health(next, { phase: 'confirmed' })).toMatchObject({ phase: 'confirmed', gateOpen: false });
    expect(await exchange.account.openOrders()).toEqual([]);
    expect((await next.program.kill('SIGINT')).code).toBe(0);
  });

  it('R-23: a press while the server stops is heard, and the next start is halted by it', async ({
    expect,
  }) => {
    const { data, exchange, server, operator } = await tradingDay('pressed');
    process.kill(exchange.program.pid, 'SIGSTOP');
    const ended = server.program.kill('SIGINT');
    await server.program.line('stopping');
    const haltId = randomUUID();
    const pressed = await operator.command(server.console, press(haltId));
    expect(pressed.body).toMatchObject({ ok: true });
    process.kill(exchange.program.pid, 'SIGCONT');
    // The venue is back before the time is over: the stop itself is clean.
    expect((await ended).code).toBe(0);
    expect(await exchange.account.openOrders()).toEqual([]);
    const next = await rig.startServer(data, exchange);
    expect(await health(next, { phase: 'blocked' })).toMatchObject({ phase: 'blocked', gateOpen: false });
    // The operator's own press, of a clean stop: the operator may take it back.
    const takeBack = { type: 'halt.take-back', haltId, reason: 'checked' };
    const taken = await operator.command(next.console, takeBack, 'take-back');
    expect(taken.body).toMatchObject({ ok: true });
    await next.program.kill('SIGINT');
  });
});

/** As if the power had gone before the heads behind record `last` were written (one segment only). */
function forgetHeads(data: string, last: number): void {
  const file = join(data, 'audit/heads.log');
  const { payloads } = readFrames(readFileSync(file));
  const kept = payloads.filter((note) => Number(note.toString().split('\n')[1]) <= last);
  truncateSync(
    file,
    kept.reduce((length, note) => length + FRAME_BYTES + note.length, HEADER_BYTES),
  );
  rmSync(join(data, 'audit/checkpoint'));
}

describe('what the disk kept', () => {
  let day: Day;
  const start = (): Promise<Started> => rig.startServer(day.data, day.exchange);

  it('R-31: a press whose record never reached it, then a kill: halted all the same', async () => {
    day = await tradingDay('disk');
    const haltId = randomUUID();
    await day.operator.command(day.server.console, press(haltId));
    await day.server.program.kill('SIGKILL');
    const segment = newestSegment(day.data);
    const at = readFileSync(segment).indexOf('"halt.press"');
    if (at >= 0) {
      truncateSync(segment, at);
      forgetHeads(day.data, readFrames(readFileSync(segment)).payloads.length);
    }
    const server = await start();
    expect(await health(server, { phase: 'blocked' })).toMatchObject({ phase: 'blocked', gateOpen: false });
    expect((await server.program.kill('SIGINT')).code).toBe(0);
  });

  it('R-47: a log that is damaged in its middle refuses the start; mended, it starts', async () => {
    const segment = newestSegment(day.data);
    const good = readFileSync(segment);
    const bad = Buffer.from(good);
    const at = Math.floor(good.length / 2);
    bad[at] = (bad[at] ?? 0) ^ 4;
    writeFileSync(segment, bad);
    const refused = rig.run('dist/node/server/main.js', rig.serverArguments(day.data, day.exchange));
    expect((await refused.exited).code).toBe(1);
    expect(refused.lines.at(-1)).toMatchObject({ code: 'audit-damaged' });
    expect(refused.lines.at(-1)?.['fatal']).toMatch(/damaged at byte \d+/);
    expect(readFileSync(segment)).toEqual(bad);
    writeFileSync(segment, good);
    const server = await start();
    expect(await health(server, { phase: 'blocked' })).toMatchObject({ gateOpen: false });
    await server.program.kill('SIGINT');
  });

  it('`npm run link` lets somebody in who has enrolled, with a code and once', async () => {
    const server = await start();
    writeFileSync(join(day.data, 'run.json'), JSON.stringify({ control: server.control }));
    const link = (...args: string[]): string =>
      execFileSync(process.execPath, ['scripts/link.mjs', '--data', day.data, ...args], {
        encoding: 'utf8',
        stdio: 'pipe',
      });
    const url = link('--user', 'operator').split('\n')[0] ?? '';
    expect(url).toContain(`${server.console}/enrol#token=`);
    const done = await day.operator.signIn(server.console, url);
    expect(done.body).toMatchObject({ ok: true, session: { user: 'operator' } });
    const session = await ask(server.console, 'GET', '/auth/session', { cookie: done.cookie });
    expect(session.status).toBe(200);
    expect((await day.operator.signIn(server.console, url)).body).toMatchObject({ code: 'link-unknown' });
    expect(() => link('--user', 'ghost')).toThrow(/no user called "ghost"/);
    await server.program.kill('SIGINT');
  });

  it('a torn end after a clean stop is no clean stop', async () => {
    const data = rig.data('torn');
    const first = await rig.startServer(data, day.exchange);
    expect((await first.program.kill('SIGINT')).code).toBe(0);
    appendFileSync(newestSegment(data), Buffer.from([9, 0, 0, 0, 1, 2]));
    const next = await rig.startServer(data, day.exchange);
    expect(await health(next, { phase: 'blocked' })).toMatchObject({ phase: 'blocked', gateOpen: false });
    await next.program.kill('SIGINT');
  });

  it('R-31: a replay keeps away from a real run’s directory, and stops with its own sentence', async () => {
    const more = ['--replay', CAPTURE, '--speed', '100'];
    const refused = rig.run('dist/node/server/main.js', rig.serverArguments(day.data, null, more));
    expect((await refused.exited).code).toBe(1);
    expect(refused.lines.at(-1)).toMatchObject({ code: 'data-of-another-kind' });
    const data = rig.data('replay');
    const replay = await rig.startServer(data, null, more);
    expect((await replay.program.kill('SIGINT')).code).toBe(0);
    expect(replay.program.lines.at(-1)?.['stopped']).toMatch(/^The replay has ended/);
    const demo = rig.run('dist/node/server/main.js', rig.serverArguments(data, day.exchange));
    expect((await demo.exited).code).toBe(1);
    expect(demo.lines.at(-1)?.['fatal']).toContain('belongs to a replay');
  });
});
