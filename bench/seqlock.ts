/**
 * `npm run bench -- seqlock`: 10^8 reads of the market table beside writers on another thread that
 * write as fast as they can and are killed in mid-write. Bar: no torn read. A read without a clean
 * value says unknown, and is counted as that.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { stressSeqlock, writeForever } from '../server/feeds/testing/seqlock-stress.ts';
import { finish, printTable } from './lib/report.ts';

const READS = 100_000_000;

if (isMainThread) await run();
else writeForever(workerData as SharedArrayBuffer, () => parentPort?.postMessage('writing'));

async function run(): Promise<void> {
  const startedAt = performance.now();
  const start = (table: SharedArrayBuffer): Worker =>
    new Worker(new URL(import.meta.url), { workerData: table });
  const { torn, ...seen } = await stressSeqlock(READS, start);
  const nanosPerRead = ((performance.now() - startedAt) * 1e6) / seen.reads;
  printTable(
    ['market table', 'count'],
    [
      ['reads', seen.reads],
      ['clean', seen.clean],
      ['unknown', seen.unknown],
      ['torn', torn.length],
      ['new values seen', seen.values],
      ['writers killed', seen.lives],
      ['ns a read, the writers’ deaths included', nanosPerRead],
    ],
  );
  finish('seqlock', torn.length === 0, { ...seen, torn: torn.length, nanosPerRead });
}
