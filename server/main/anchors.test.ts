/** The built server, its anchors and the built audit tool. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findNotes } from '../audit/anchors/notes.ts';
import { parseCheckpoint } from '../../protocol/checkpoint.ts';
import { Person } from '../testing/desk-client.ts';
import { ServerRig } from '../testing/server-rig.ts';

const rig = new ServerRig();
beforeAll(() => rig.build());
afterAll(() => rig.close());

const audit = (...args: string[]): { status: number | null; stdout: string } =>
  spawnSync(process.execPath, ['dist/node/audit/main.js', ...args], { encoding: 'utf8' });

it('R-45: a halt’s head and that of a clean stop are elsewhere, and the tool verifies the log by them', async () => {
  const exchange = await rig.startExchange();
  const data = rig.data('anchored');
  const server = await rig.startServer(data, exchange);
  const operator = new Person();
  await operator.enrol(server.console, server.links[0]?.url ?? '');
  const file = join(data, 'anchors', 'heads.txt');
  const sizes = (): number[] => {
    try {
      return findNotes(readFileSync(file, 'utf8')).notes.map((note) => {
        const head = parseCheckpoint(note);
        return head.ok ? head.value.size : 0;
      });
    } catch {
      return [];
    }
  };
  const pressed = { type: 'halt.press', haltId: randomUUID(), reason: 'test' };
  expect((await operator.command(server.console, pressed)).body).toMatchObject({ ok: true });
  while (sizes().length === 0) await new Promise((next) => setTimeout(next, 10));
  // The tool reads beside the running server.
  expect(audit('verify', '--data', data, '--reencode')).toMatchObject({ status: 0 });
  expect(audit('history', '--scope', 'firm', '--data', data).stdout).toContain('halt.press');
  await server.program.kill('SIGTERM');
  const stopped = audit('verify', '--data', data);
  expect(stopped).toMatchObject({ status: 0 });
  expect(stopped.stdout).not.toContain('not yet anchored');
  const records = Number(/(\d+) records/.exec(stopped.stdout)?.[1]);
  expect(sizes().at(-1)).toBe(records);
});
