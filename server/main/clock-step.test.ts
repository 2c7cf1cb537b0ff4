import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRecords } from '../audit/reader.ts';
import { TimeServer } from '../health/testing/time-server.ts';
import { ask, Person } from '../testing/desk-client.ts';
import { findFakeTime, SteppedClock } from '../testing/fake-time.ts';
import {
  health,
  placeOrder,
  ServerRig,
  strategyKey,
  type Exchange,
  type Started,
} from '../testing/server-rig.ts';

const library = findFakeTime();
const HOUR = 3600;

describe.skipIf(library === null)(
  'R-52: the machine’s clock steps under a running server (needs libfaketime)',
  () => {
    const rig = new ServerRig();
    const data = rig.data('stepped');
    const clock = new SteppedClock(library ?? '', rig.folder);
    const utc = new TimeServer(() => Date.now() * 1000);
    const operator = new Person();
    let exchange: Exchange;
    let server: Started;

    beforeAll(async () => {
      rig.build();
      await utc.start();
      exchange = await rig.startExchange();
      const config = join(rig.folder, 'stepped.toml');
      writeFileSync(
        config,
        `${readFileSync('config/demo.toml', 'utf8')}\n[clock]\nservers = ["${utc.address}"]\nbound_micros = 1_000_000\n`,
      );
      const args = rig.serverArguments(data, exchange);
      args[args.indexOf('--config') + 1] = config;
      const program = rig.run('dist/node/server/main.js', args, clock.environment);
      server = { program, ...((await program.line('ready')) as unknown as Omit<Started, 'program'>) };
      await operator.enrol(server.console, server.links[0]?.url ?? '');
    });
    afterAll(async () => {
      utc.close();
      await rig.close();
    });

    /** The server's own figure of the clock, µs. */
    const offset = async (): Promise<number> => {
      const metrics = await (await fetch(`${server.control}/metrics`)).text();
      return Number(/row="clock",figure="offset to UTC"[^}]*\} (\S+)/.exec(metrics)?.[1] ?? NaN);
    };
    const row = async (): Promise<string> => {
      const metrics = await (await fetch(`${server.control}/metrics`)).text();
      return /cwts_health_state\{row="clock"\} (\d)/.exec(metrics)?.[1] ?? '';
    };

    it('R-50: before the step its offset is measured and within its bound', async () => {
      await expect.poll(row, { timeout: 60_000 }).toBe('0');
      expect(Math.abs(await offset())).toBeLessThan(500_000);
    });

    it.each([
      ['forwards', 2 * HOUR],
      ['back', -3 * HOUR],
      ['to where it was', 0],
    ])('%s: orders leave, the session stays, the step and the offset are seen', async (_, seconds) => {
      clock.step(seconds);
      await expect.poll(async () => Math.round((await offset()) / 1e6), { timeout: 60_000 }).toBe(seconds);
      expect(await row()).toBe(seconds === 0 ? '0' : '2');
      // Windows and the venue's nonces: none is spent, none is refused for its time.
      for (let i = 0; i < 5; i++) {
        expect(await placeOrder(server, strategyKey(data))).toMatchObject({ ok: true });
      }
      const session = await ask(server.console, 'GET', '/auth/session', { cookie: operator.cookie });
      expect(session.body).toMatchObject({ ok: true, session: { user: 'operator' } });
      expect(await health(server, { gateOpen: true })).toMatchObject({ phase: 'trading' });
    });

    it('a stop waits as long as ever, is clean, and the log has each step and the state of the clock', async () => {
      clock.step(HOUR);
      expect(await server.program.kill('SIGINT')).toMatchObject({ code: 0 });
      const records: { action: string; details: Record<string, unknown> }[] = [];
      for await (const { payload } of readRecords(join(data, 'audit'))) {
        records.push(JSON.parse(payload.toString('utf8')) as (typeof records)[number]);
      }
      // what ran is named by its bytes.
      const release = (JSON.parse(readFileSync('dist/release.json', 'utf8')) as { release: string }).release;
      expect(release).toMatch(/^[0-9a-f]{64}$/);
      expect(records.filter(({ action }) => action === 'server.start')).toMatchObject([
        { details: { release } },
      ]);
      const steps = records
        .filter(({ action }) => action === 'clock.step')
        .map(({ details }) => details['byMicros']);
      const hours = steps.map((micros) => Math.round(Number(micros) / 1e6 / HOUR));
      expect(hours.slice(0, 3)).toEqual([2, -5, 3]);
      const states = records
        .filter(({ action }) => action === 'clock.sync')
        .map(({ details }) => details['state']);
      expect(states).toEqual(expect.arrayContaining(['ok', 'over']));
      expect(records.filter(({ action }) => action === 'server.stop')).toMatchObject([
        { details: { clean: true } },
      ]);
    });
  },
);
