import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testSigner } from '../../testing/audit-key.ts';
import { hashLeaf } from '../hash.ts';
import type { AuditEntry } from '../record.ts';
import { HeadSigner } from '../signer.ts';
import { HashTree } from '../tree.ts';
import { beside, RangeTree } from './range-tree.ts';
import { runVerb } from './run-verb.ts';
import { copyOf, makeLog, removeFolders, type LogFolder } from './testing/log-folder.ts';
import { rewriteSegment, segmentsOf } from './testing/rewrite.ts';
import { verbs } from './verbs.ts';

const out = mkdtempSync(join(tmpdir(), 'cwts-verbs-'));
let log: LogFolder;
const entryOf = (n: number): AuditEntry => ({
  actor: n === 7 ? 'ann' : 'bob',
  action: n === 7 ? 'order.place' : 'order.change',
  scope: 'BTCUSDT',
  order: `o-${n % 200}`,
  details: { n },
  ...(n > 200 ? { before: { price: n - 1 }, after: { price: n }, reason: 'moved' } : {}),
});
beforeAll(async () => {
  log = await makeLog({
    records: 600,
    entry: entryOf,
  });
});
afterAll(() => {
  removeFolders();
  rmSync(out, { recursive: true });
});

async function run(...args: string[]): Promise<{ code: number; said: string; noted: string }> {
  const said: string[] = [];
  const noted: string[] = [];
  const code = await runVerb(verbs, args, {
    say: (line) => said.push(line),
    note: (line) => noted.push(line),
    environment: {},
    cwd: out,
    data: log.dir,
    threadEntry: null,
    otherFiles: [],
  });
  return { code, said: said.join('\n'), noted: noted.join('\n') };
}
const key = testSigner.verifier;
const stranger = HeadSigner.generate().verifier;

it('says how it is used, and exits with 2 for words it does not know', async () => {
  expect((await run()).said).toContain('npm run audit -- verify');
  expect(await run('prune-all')).toMatchObject({ code: 2 });
  expect(await run('prove', '--sequence', '5')).toMatchObject({ code: 2 });
  expect(await run('prove', '--seq', 'five')).toMatchObject({ code: 2 });
  expect((await run('verify', '--data', join(out, 'nowhere'))).noted).toContain('holds no audit log');
});

it('R-45: verify exits with 0 for the log and with 1 for one that was edited', async () => {
  expect(await run('verify', '--key', key)).toMatchObject({ code: 0 });
  const copy = copyOf(log);
  rewriteSegment(copy.dir, segmentsOf(copy.dir)[2] ?? '', (payloads) => {
    payloads[0] = Buffer.from(String(payloads[0]).replace('"bob"', '"eve"'));
  });
  expect(await run('verify', '--data', copy.dir)).toMatchObject({ code: 1 });
});

describe('R-49: proofs that need nothing but the file and the key', () => {
  it.each([1, 256, 257, 600])('of record %i', async (seq) => {
    const file = join(out, `record-${seq}.json`);
    expect(await run('prove', '--seq', String(seq), '--out', file)).toMatchObject({ code: 0 });
    expect((await run('check', file, '--key', key)).said).toContain(`Record ${seq} is in the log of 600`);
    expect(await run('check', file, '--key', stranger)).toMatchObject({ code: 1 });
    expect((await run('check', file)).noted).toContain('by the key in the file itself');
    const proof = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    for (const change of [
      { seq: seq === 1 ? 2 : seq - 1 },
      { record: String(proof['record']).replace('bob', 'eve').replace('ann', 'eve') },
      { leaf: '00'.repeat(32) },
      { checkpoint: String(proof['checkpoint']).replace('\n600\n', '\n601\n') },
      { hashes: (proof['hashes'] as string[]).slice(1) },
    ]) {
      writeFileSync(file, JSON.stringify({ ...proof, ...change }));
      expect(await run('check', file, '--key', key), JSON.stringify(change)).toMatchObject({ code: 1 });
    }
  });

  it('that a later head goes on from an earlier one', async () => {
    const file = join(out, 'heads.json');
    expect(await run('prove', '--from', '150', '--to', '450', '--out', file)).toMatchObject({ code: 0 });
    expect(await run('check', file, '--key', key)).toMatchObject({ code: 0 });
    const proof = JSON.parse(readFileSync(file, 'utf8')) as { from: string; hashes: string[] };
    writeFileSync(file, JSON.stringify({ ...proof, from: log.heads[3] }));
    expect(await run('check', file, '--key', key)).toMatchObject({ code: 1 });
    expect((await run('prove', '--from', '151')).noted).toContain('the nearest are over 150 and 200');
    expect((await run('prove', '--seq', '601')).noted).toContain('not signed yet');
  });

  it('is made of the records where the tree’s files are gone', async () => {
    const copy = copyOf(log);
    rmSync(join(copy.dir, 'tree'), { recursive: true });
    expect(await run('prove', '--seq', '9', '--data', copy.dir)).toMatchObject({ code: 0 });
  });
});

describe('R-49: an export', () => {
  it.each([
    [1, 600],
    [1, 1],
    [255, 300],
    [600, 600],
  ])('of records %i to %i is right, and wrong by any other key', async (from, to) => {
    const file = join(out, `export-${from}-${to}.gz`);
    const made = await run('export', '--from', String(from), '--to', String(to), '--out', file);
    expect(made).toMatchObject({ code: 0 });
    const checked = await run('check', file, '--key', key);
    expect(checked.said).toContain(`Records ${from} to ${to} are those of the log`);
    expect(await run('check', file, '--key', stranger)).toMatchObject({ code: 1 });
    const lines = gunzipSync(readFileSync(file)).toString().split('\n');
    expect(lines.filter((line) => line.startsWith('{"action":'))).toHaveLength(to - from + 1);
    expect(lines[0]).toContain('SHA-256(0x00 || the line');
  });

  it('with a line changed, moved, taken out or cut is wrong', async () => {
    const file = join(out, 'whole.gz');
    await run('export', '--from', '180', '--to', '320', '--out', file);
    const lines = gunzipSync(readFileSync(file)).toString().split('\n').slice(0, -1);
    const bad = join(out, 'bad.gz');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('flip', 'drop', 'swap', 'twice', 'cut'),
        fc.integer({ min: 1, max: lines.length - 2 }),
        fc.nat(),
        async (how, at, place) => {
          const changed = [...lines];
          const [line = '', next = ''] = [changed[at], changed[at + 1]];
          const byte = place % line.length;
          if (how === 'flip') changed[at] = `${line.slice(0, byte)}~${line.slice(byte + 1)}`;
          if (how === 'drop' && line.startsWith('{"head"')) return;
          if (how === 'drop') changed.splice(at, 1);
          if (how === 'swap') changed.splice(at, 2, next, line);
          if (how === 'twice') changed.splice(at, 0, line);
          if (how === 'cut') changed.splice(at);
          // The same head twice says nothing else.
          if (how === 'twice' && line.startsWith('{"head"')) return;
          if (changed.join('\n') === lines.join('\n')) return;
          writeFileSync(bad, gzipSync(`${changed.join('\n')}\n`));
          expect((await run('check', bad, '--key', key)).code).toBe(1);
        },
      ),
      { numRuns: 100 },
    );
    writeFileSync(bad, readFileSync(file).subarray(0, -20));
    expect(await run('check', bad, '--key', key)).toMatchObject({ code: 1 });
  });

  it('the tree of any range follows from its leaves and the hashes beside it', async () => {
    const leaves = Array.from({ length: 300 }, (_, i) => hashLeaf(Buffer.from(String(i))));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.nat(), fc.nat(), async (size, a, b) => {
        const [from, to] = [(a % size) + 1, (b % size) + 1].sort((x, y) => x - y) as [number, number];
        const levels: Buffer[][] = [];
        const whole = new HashTree((level, hash) => (levels[level] ??= []).push(Buffer.from(hash)));
        for (const leaf of leaves.slice(0, size)) whole.append(leaf);
        const read = (level: number, at: number, count: number) =>
          Promise.resolve(Buffer.concat((levels[level] ?? []).slice(at, at + count)));
        const { left, right } = await beside(read, from, to, size);
        const tree = new RangeTree(from - 1, left);
        for (const leaf of leaves.slice(from - 1, to)) tree.append(leaf);
        expect(tree.rootWith(right, size)).toEqual(whole.root());
      }),
    );
  });
});

describe('R-48: what retention removed', () => {
  it.each(['told by the folder too', 'told by the log alone'])(
    'is in an export by its hashes, %s',
    async (told) => {
      const names = segmentsOf(log.dir);
      const firsts = names.map((name) => Number(/\d+/.exec(name)?.[0]));
      const range = { first: firsts[2] ?? 0, last: (firsts[4] ?? 0) - 1 };
      const count = range.last - range.first + 1;
      const removal = { actor: 'server', action: 'retention.removed', scope: 'log' };
      const sameLength = { n: 599, ...range };
      const made = await makeLog({
        records: 600,
        entry: (n) => (n === 599 ? { ...removal, details: sameLength } : entryOf(n)),
      });
      for (const at of [2, 3]) rmSync(join(made.dir, names[at] ?? ''));
      const file = join(out, 'holes.gz');
      const data = ['--data', made.dir];
      if (told.startsWith('told by the folder')) {
        writeFileSync(join(made.dir, 'removed'), `${JSON.stringify(range)}\n`);
      }
      expect(await run('export', '--out', file, ...data)).toMatchObject({ code: 0 });
      const checked = await run('check', file, '--key', key);
      expect(checked.code).toBe(0);
      expect(checked.said).toContain(`${count} records were removed by retention`);
      const proof = join(out, 'removed.json');
      expect((await run('prove', '--seq', String(range.first), '--out', proof, ...data)).code).toBe(0);
      expect((await run('check', proof, '--key', key)).said).toContain('was removed by retention');
      const { noted } = await run('history', '--order', 'o-7', ...data);
      expect(noted).toContain(`${count} records were removed by retention and not searched`);
      // One segment more is gone, whatever the folder says.
      rmSync(join(made.dir, names[6] ?? ''));
      writeFileSync(join(made.dir, 'removed'), `${JSON.stringify({ first: 1, last: 599 })}\n`);
      const lost = await run('export', '--out', file, ...data);
      expect(lost).toMatchObject({ code: 1 });
      expect(lost.noted).toContain('no record says why');
    },
  );
});

describe('R-46: the history of an order', () => {
  it('has the original and every later version with actor and time', async () => {
    const { code, said, noted } = await run('history', '--order', 'o-7');
    expect(code).toBe(0);
    expect(said.split('\n')).toEqual([
      expect.stringMatching(/^original {2}record 8 {2}2026-01-05T12:.* order\.place {2}by ann$/),
      '    {"n":7}',
      expect.stringMatching(/^version 2 {2}record 208 .* order\.change {2}by bob$/),
      '    reason: moved',
      '    price: 206 → 207',
      '    {"n":207}',
      expect.stringMatching(/^version 3 {2}record 408 /),
      '    reason: moved',
      '    price: 406 → 407',
      '    {"n":407}',
    ]);
    expect(noted).toBe('3 versions, each proven by the signed head over 600 records.');
    expect((await run('history', '--order', 'o-7', '--json')).said.split('\n')).toHaveLength(3);
    expect(await run('history', '--order', 'none')).toMatchObject({ code: 1 });
    expect((await run('history', '--scope', 'BTCUSDT')).noted).toContain('600 versions');
  });
});

it('R-45: anchor prints the newest head and puts it where the configuration says, but never over a longer log', async () => {
  const file = join(out, 'heads.txt');
  const config = join(out, 'demo.toml');
  writeFileSync(config, `${readFileSync('config/demo.toml', 'utf8')}\n[audit]\nanchor_file = "heads.txt"\n`);
  const newest = log.heads.at(-1) ?? '';
  expect(await run('anchor', '--config', config)).toMatchObject({ code: 0, said: newest });
  expect(readFileSync(file, 'utf8')).toBe(`${newest}\n`);
  expect((await run('verify', '--anchors', 'heads.txt')).said).toContain('1 anchored');
  const longer = testSigner.sign(900, new Uint8Array(32), 1 as never).checkpoint;
  writeFileSync(file, longer);
  expect(await run('anchor', '--config', config)).toMatchObject({ code: 1 });
  expect(readFileSync(file, 'utf8')).toBe(longer);
});
