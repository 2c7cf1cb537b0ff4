import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { health, placeOrder, ServerRig, strategyKey, type Started } from '../testing/server-rig.ts';

const rig = new ServerRig();
beforeAll(() => rig.build());
afterAll(() => rig.close());

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

it('a launcher that is killed outright leaves neither server nor exchange behind, and no order', async () => {
  const data = rig.data('killed');
  const exchange = ['--port', '0', '--seed', '7', '--instruments', '6', '--preroll', '30'];
  const server = ['--config', 'config/demo.toml', '--data', data, '--port', '0', '--control-port', '0'];
  const script = `
    import { startChild } from ${JSON.stringify(join(process.cwd(), 'scripts/lib/child.mjs'))};
    const log = (name) => ({ logFile: ${JSON.stringify(rig.folder)} + '/' + name });
    const exchange = startChild('dist/node/sim/main.js', ${JSON.stringify(exchange)}, log('sim.log'));
    const { rest, ws } = await exchange.ready;
    const more = ['--page', ${JSON.stringify(rig.page)}, '--venue-rest', rest, '--venue-ws', ws];
    const server = startChild('dist/node/server/main.js', [...${JSON.stringify(server)}, ...more], log('server.log'));
    const ready = await server.ready;
    console.log(JSON.stringify({ ...ready, pids: [exchange.pid, server.pid] }));
    setInterval(() => undefined, 1000);`;
  const launcher = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: launcher.stdout }), 'line')) as [string];
  const ready = JSON.parse(line) as Omit<Started, 'program'> & { pids: number[] };
  expect(ready.pids.every(lives)).toBe(true);
  const order = await placeOrder(ready as unknown as Started, strategyKey(data));
  expect(order).toMatchObject({ ok: true });

  launcher.kill('SIGKILL');
  await expect.poll(() => ready.pids.filter(lives), { timeout: 60_000 }).toEqual([]);

  // The stop was a clean one: the exchange outlived the server, which had its order cancelled there.
  const next = await rig.startServer(data, await rig.startExchange());
  expect(await health(next, { phase: 'trading' })).toMatchObject({ phase: 'trading', gateOpen: true });
});
