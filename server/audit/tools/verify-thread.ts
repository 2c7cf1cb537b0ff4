/** Entry of a verifying thread (built to audit/verify-thread.js): does one job after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { Work } from './work.ts';
import type { JobAnswer, JobMessage } from './workers.ts';

if (parentPort) {
  const port = parentPort;
  const work = new Work((workerData as { readonly dir: string }).dir);
  port.on('message', ({ id, job }: JobMessage) => {
    work.do(job).then(
      (found) => port.postMessage({ id, found } satisfies JobAnswer),
      (error: unknown) => {
        const failed = error instanceof Error ? error.message : String(error);
        port.postMessage({ id, failed } satisfies JobAnswer);
      },
    );
  });
}
