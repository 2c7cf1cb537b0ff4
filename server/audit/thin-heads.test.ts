/** Old heads are thinned; what was kept elsewhere of them goes on to prove the log. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import type { Micros } from '../../protocol/units.ts';
import { need } from '../store/testing/need.ts';
import { testCode, testSigner } from '../testing/audit-key.ts';
import { testEntry } from '../testing/audit-log.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { nodeLogFiles, type LogFiles } from './files.ts';
import { encodeFrame } from './frame.ts';
import { hashLeaf } from './hash.ts';
import { encodeHeadsHeader, readHeads } from './head-files.ts';
import { DAY, HeadThinning, MONTH } from './head-thinning.ts';
import { AuditLog } from './log.ts';
import { readRecords } from './reader.ts';
import { anchorOf, copyOf, makeLog, removeFolders, verified } from './tools/testing/log-folder.ts';
import { HashTree } from './tree.ts';

afterAll(removeFolders);
const NOW = Date.parse('2026-03-20T12:00:00Z') * 1000;
const HEADS = 1500;

/** A log whose head over `n` records was signed long ago: all within 50 days, most in a few bursts. */
async function oldLog() {
  const folder = await makeLog({ records: HEADS, headEvery: HEADS });
  const tree = new HashTree(() => undefined);
  const notes: string[] = [];
  for await (const { payload } of readRecords(folder.dir)) {
    tree.append(hashLeaf(payload));
    const burst = Math.floor(tree.size / 300);
    const at = NOW - (50 - 12 * burst) * DAY + (tree.size % 300) * 2_000_000;
    notes.push(testSigner.sign(tree.size, tree.root(), at as Micros).checkpoint);
  }
  const frames = notes.map((note) => encodeFrame(Buffer.from(note)));
  writeFileSync(join(folder.dir, 'heads.log'), Buffer.concat([encodeHeadsHeader(), ...frames]));
  writeFileSync(join(folder.dir, 'checkpoint'), notes.at(-1) ?? '');
  return { dir: folder.dir, heads: notes };
}

const headsOf = (dir: string) => readHeads(readFileSync(join(dir, 'heads.log'))).notes;

/** Opens the log, lets it sign one head and closes it. */
async function runOnce(dir: string, breaks: (files: LogFiles) => LogFiles = (files) => files): Promise<void> {
  const files = breaks(await nodeLogFiles(dir));
  const clock = new ManualClock(new Date(NOW / 1000).toISOString());
  const { log } = need(await AuditLog.open({ clock, files, run: 'r', code: testCode, signer: testSigner }));
  const signed = new Promise((done) => log.onHead(done));
  await log.append(testEntry(1, { action: 'note.add' }));
  await signed;
  await log.append(testEntry(2));
  await log.close();
}

it('R-45: the last day’s heads stay, one a minute of the last month, one an hour before; the newest always', () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 2 * MONTH }), { minLength: 1, maxLength: 300 }),
      (ages) => {
        const times = ages.map((age) => NOW - age).sort((a, b) => a - b);
        const thinning = new HeadThinning(NOW);
        const places = times.map((signedAt, i) => ({ from: i, to: i + 1, signedAt }));
        const recent = places.find((place) => thinning.isRecent(place))?.from ?? places.length;
        for (const place of places.slice(0, recent)) thinning.take(place);
        const runs = thinning.end(recent, places.length);
        const kept = places.filter(({ from }) => runs.some((run) => run.from <= from && from < run.to));
        const bucket = (at: number): string => {
          if (NOW - at < DAY) return `at ${at}`;
          const width = NOW - at < MONTH ? 60e6 : 3600e6;
          return `${width} ${Math.floor(at / width)}`;
        };
        // A bucket is never empty that had one, and the last of it is what stays.
        const last = new Map(places.map((place) => [bucket(place.signedAt), place]));
        for (const place of last.values()) expect(kept).toContain(place);
        for (const place of kept) {
          const isYoung = NOW - place.signedAt < DAY;
          expect(isYoung || last.get(bucket(place.signedAt)) === place).toBe(true);
        }
      },
    ),
  ));

it('R-45: a thinned log verifies, and heads that went verify from the anchor’s own note', async () => {
  const old = await oldLog();
  await runOnce(old.dir);
  const left = headsOf(old.dir);
  expect(left.length).toBeLessThan(100);
  expect(left).toContain(old.heads.at(-1));
  const gone = old.heads.filter((note) => !left.includes(note));
  const found = await verified(old, { anchors: [anchorOf(gone)] });
  expect(found).toMatchObject({ wrong: null, faults: [] });
  // Another log's head over as many records is found out as before.
  const other = await makeLog({ records: HEADS, headEvery: 700, entry: (n) => testEntry(n + 1) });
  const foreign = await verified(old, { anchors: [anchorOf(other.heads.slice(0, 1))] });
  expect(foreign.wrong).not.toBeNull();
  // A second run finds nothing to do, and goes on behind.
  await runOnce(old.dir);
  expect(headsOf(old.dir).slice(0, left.length)).toEqual(left);
});

it.each(['create', 'rename', 'after rename', 'syncDirectory'] as const)(
  'R-45: a failure at %s of thinning loses no head, and the log signs on',
  async (step) => {
    const old = copyOf(await oldLog());
    await runOnce(old.dir, (files) => {
      let failures = 1;
      const fails = (now: boolean): void => {
        if (now && failures-- > 0) throw Object.assign(new Error('EIO'), { code: 'EIO' });
      };
      let renamed = false;
      return {
        ...files,
        create: async (name) => {
          fails(step === 'create' && name === 'heads.log.new');
          return files.create(name);
        },
        rename: async (from, to) => {
          const isHeads = to === 'heads.log';
          fails(step === 'rename' && isHeads);
          await files.rename(from, to);
          renamed ||= isHeads;
          fails(step === 'after rename' && isHeads);
        },
        syncDirectory: async () => {
          fails(step === 'syncDirectory' && renamed);
          await files.syncDirectory();
        },
      };
    });
    const left = headsOf(old.dir);
    expect(left).toContain(old.heads.at(-1));
    expect(await verified(old, { anchors: [anchorOf(old.heads)] })).toMatchObject({
      wrong: null,
      faults: [],
    });
    await runOnce(old.dir);
    expect(headsOf(old.dir).length).toBeLessThan(110);
    expect(await verified(old, { anchors: [anchorOf(old.heads)] })).toMatchObject({
      wrong: null,
      faults: [],
    });
  },
);
