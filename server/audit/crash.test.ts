import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '../clock.ts';
import { testCode, testSigner } from '../testing/audit-key.ts';
import { nodeLogFiles } from './files.ts';
import { readHeads } from './head-files.ts';
import { lockDataDirectory } from './lock.ts';
import { AuditLog } from './log.ts';
import type { AuditRecord } from './record.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-audit-'));
const appender = join(folder, 'appender.mjs');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: 'server/testing/appender.ts',
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'appender.mjs' } },
    },
    ssr: { noExternal: true },
  });
});

/** Appends until `acknowledgements` were seen, then SIGKILL. Returns all that was acknowledged. */
async function appendAndKill(dir: string, acknowledgements: number): Promise<string[]> {
  const child = spawn(process.execPath, [appender, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const seen: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    seen.push(line);
    if (seen.length === acknowledgements) child.kill('SIGKILL');
  }
  await exited;
  return seen;
}

interface Opened {
  readonly records: readonly AuditRecord[];
  /** Heads that were signed before the kill. */
  readonly heads: number;
}

/** Opens the log as a restart does, and holds every head that was ever signed against its tree. */
async function readAll(dir: string): Promise<Opened> {
  const records: AuditRecord[] = [];
  const headsFile = join(dir, 'audit/heads.log');
  const signed = existsSync(headsFile) ? readHeads(readFileSync(headsFile)).notes : [];
  const opened = await AuditLog.open({
    clock: new SystemClock(),
    files: await nodeLogFiles(join(dir, 'audit')),
    run: 'reader',
    code: testCode,
    signer: testSigner,
    onRecord: (record) => records.push(record),
  });
  if (!opened.ok) throw new Error(opened.error.sentence);
  const { log } = opened.value;
  const roots = new Map<number, string>();
  for (const note of signed) {
    const head = testSigner.headOf(note);
    if (!head.ok) throw new Error(head.error.sentence);
    roots.set(head.value.size, hex(head.value.root));
  }
  // Each by itself from the tree's files would take as long as the whole test.
  const sizes = [...roots.keys()].filter((size, i) => i % 50 === 0 || size > records.length - 20);
  for (const size of sizes) expect(hex(await log.rootAt(size)), `head ${size}`).toBe(roots.get(size));
  expect(Math.max(0, ...roots.keys())).toBeLessThanOrEqual(records.length);
  await log.close();
  return { records, heads: signed.length };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** Kills lie anywhere; the seed in a failure's name repeats them. */
function* kills(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield 1 + (state % KILL_WITHIN);
  }
}
const KILL_WITHIN = 900;
const APPENDS = 10_000;

describe('R-31: kill -9', () => {
  it('at random points of 10,000 appends: no acknowledged record lost, no half one read, each head holds', async () => {
    const dir = join(folder, 'killed');
    const seed = Date.now() % 1_000_000;
    const points = kills(seed);
    let acknowledged = 0;
    let heads = 0;
    for (let round = 0; acknowledged < APPENDS; round++) {
      const at = `seed ${seed}, kill ${round}`;
      const seen = await appendAndKill(dir, points.next().value);
      const opened = await readAll(dir);
      const present = new Set(opened.records.map((record) => record.details['n']));
      expect(
        seen.filter((n) => !present.has(Number(n))),
        at,
      ).toEqual([]);
      expect(
        opened.records.every((record, i) => record.seq === i + 1),
        at,
      ).toBe(true);
      acknowledged += seen.length;
      heads = opened.heads;
    }
    expect(heads).toBeGreaterThan(100);
  }, 120_000);
});

describe('one writer’s lock', () => {
  it('refuses a second server in a sentence, while the first lives', async () => {
    const dir = join(folder, 'locked');
    const child = spawn(process.execPath, [appender, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    await once(child.stdout, 'data');
    const second = lockDataDirectory(dir);
    expect(second).toMatchObject({
      ok: false,
      error: {
        code: 'data-locked',
        sentence: `${dir} is in use by another server (process ${child.pid ?? 0}).`,
      },
    });
    child.kill('SIGKILL');
    child.stdout.destroy();
    await exited;
    const third = lockDataDirectory(dir);
    expect(third.ok).toBe(true);
    expect(lockDataDirectory(dir).ok).toBe(false);
    if (third.ok) third.value.release();
    expect(lockDataDirectory(dir).ok).toBe(true);
  });

  it('does not take a reused process id for the holder, and never guesses about another host', () => {
    const dir = join(folder, 'reused');
    mkdirSync(dir);
    writeFileSync(
      join(dir, 'lock'),
      JSON.stringify({ pid: process.pid, started: 'before', host: hostname() }),
    );
    const taken = lockDataDirectory(dir);
    expect(taken.ok).toBe(true);
    writeFileSync(join(dir, 'lock'), JSON.stringify({ pid: 1, started: 'x', host: 'elsewhere' }));
    expect(lockDataDirectory(dir)).toMatchObject({ ok: false, error: { code: 'data-locked' } });
  });
});
