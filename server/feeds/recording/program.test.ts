import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { readLines } from '../replay/lines.ts';
import { recordSchema } from './format.ts';

const sim = resolve('dist/node/sim/main.js');
const recorder = resolve('dist/node/record/main.js');
const built = existsSync(sim) && existsSync(recorder);
if (!built && process.env['CI']) throw new Error(`CI must have the recorder built: ${recorder}.`);

const folder = mkdtempSync(join(tmpdir(), 'cwts-record-'));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

function run(program: string, ...args: string[]): { child: ChildProcess; lines: AsyncIterable<string> } {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return { child, lines: createInterface({ input: child.stdout }) };
}

async function lineWith(lines: AsyncIterable<string>, what: RegExp): Promise<string> {
  for await (const line of lines) if (what.test(line)) return line;
  throw new Error(`it ended without a line of ${String(what)}`);
}

async function exchange(): Promise<string[]> {
  const { lines } = run(sim, '--port', '0', '--preroll', '60', '--seed', '7', '--instruments', '4');
  const { rest, ws } = JSON.parse(await lineWith(lines, /"ready":true/)) as { rest: string; ws: string };
  return ['--venue', 'binance-spot', '--symbols', 'all', '--rest', rest, '--ws', ws];
}

async function kindsIn(file: string): Promise<{ kinds: Set<string>; frames: number; cut: number }> {
  const kinds = new Set<string>();
  let [frames, cut] = [0, 0];
  for await (const line of readLines(file, (bytes) => (cut = bytes))) {
    const { t } = recordSchema.parse(JSON.parse(line));
    kinds.add(t);
    if (t === 'recv') frames += 1;
  }
  return { kinds, frames, cut };
}

describe.skipIf(!built)('npm run record against the simulated exchange', () => {
  it('prints a line a second, and ends cleanly at Ctrl-C', async () => {
    const file = join(folder, 'clean.jsonl.gz');
    const { child, lines } = run(recorder, ...(await exchange()), '--out', file);
    const said: string[] = [];
    for await (const line of lines) {
      said.push(line);
      if (/ live$/.test(line)) child.kill('SIGINT');
    }
    expect(said.at(-1)).toMatch(/clean\.jsonl\.gz: \d+ frames and \d+ answers, .* ended as asked\.$/);
    // The first line is of the first second where the machine is not held up.
    expect(said[0]).toMatch(/^00:\d\d:\d\d {2}\d+ frames, \d+ sent, \d+ answers, 1 connections, .*B /);
    expect(child.exitCode ?? 0).toBe(0);
    const { kinds, frames, cut } = await kindsIn(file);
    expect([...kinds].sort()).toEqual(['close', 'connect', 'header', 'http', 'recv', 'send']);
    expect(frames).toBeGreaterThan(10);
    expect(cut).toBe(0);
  });

  it('killed in the middle, what was told as written can be read', async () => {
    const file = join(folder, 'killed.jsonl.gz');
    const { child, lines } = run(recorder, ...(await exchange()), '--out', file);
    const told: number[] = [];
    for await (const line of lines) {
      told.push(Number(/ (\d+) frames/.exec(line)?.[1]));
      if (told.length === 4) child.kill('SIGKILL');
    }
    const { frames } = await kindsIn(file);
    // All but the last second.
    expect(frames).toBeGreaterThanOrEqual(told[2] ?? Infinity);
    expect(told[2]).toBeGreaterThan(10);
  });
});
