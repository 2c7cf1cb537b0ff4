import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundle } from './testing/bundle.ts';
import { stressSeqlock } from './testing/seqlock-stress.ts';
import { Entries } from './testing/threads-rig.ts';

/** `npm run bench -- seqlock` reads ten times as often. */
const READS = 10_000_000;

const entries = new Entries();
afterAll(() => entries.remove());
let entry: URL;
beforeAll(async () => {
  const code = await bundle(new URL('./testing/seqlock-writer.ts', import.meta.url), 'esm');
  entry = entries.write('seqlock-writer.mjs', code);
});

it('R-1: ten million reads beside writers killed in mid-write are whole, or unknown, and never torn', async () => {
  const seen = await stressSeqlock(READS, (table) => new Worker(entry, { workerData: table }));
  expect(seen.torn).toEqual([]);
  expect(seen.reads).toBeGreaterThanOrEqual(READS);
  // The writers truly ran beside the reader.
  expect(seen.values).toBeGreaterThan(1000);
  expect(seen.lives).toBeGreaterThan(20);
}, 180_000);
