import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '../clock.ts';
import { nodeLogFiles } from './files.ts';
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

async function readAll(dir: string): Promise<AuditRecord[]> {
  const records: AuditRecord[] = [];
  const opened = await AuditLog.open({
    clock: new SystemClock(),
    files: await nodeLogFiles(join(dir, 'audit')),
    run: 'reader',
    onRecord: (record) => records.push(record),
  });
  if (!opened.ok) throw new Error(opened.error.sentence);
  await opened.value.log.close();
  return records;
}

describe('R-31: kill -9', () => {
  it('loses no acknowledged record and leaves no half record readable, in 15 kills', async () => {
    const dir = join(folder, 'killed');
    let acknowledged = 0;
    for (let round = 0; round < 15; round++) {
      const seen = await appendAndKill(dir, 1 + ((round * 37) % 120));
      const records = await readAll(dir);
      const present = new Set(records.map((record) => record.details['n']));
      for (const n of seen) expect(present.has(Number(n)), `round ${round}: ${n}`).toBe(true);
      expect(records.map((record) => record.seq)).toEqual(records.map((_, i) => i + 1));
      acknowledged += seen.length;
    }
    expect(acknowledged).toBeGreaterThan(500);
  });
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
