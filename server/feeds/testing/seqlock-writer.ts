/** A thread that only writes, until it is killed. */
import { parentPort, workerData } from 'node:worker_threads';
import { writeForever } from './seqlock-stress.ts';

writeForever(workerData as SharedArrayBuffer, () => parentPort?.postMessage('writing'));
