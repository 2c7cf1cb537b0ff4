/** Effects: starts further workers for matrices that are worth it. */
import type { BandAnswer, Helper } from '../../shaders/correlation/crew.ts';
import { startWorker } from '../ui/start-worker.ts';
import helperAddress from './helper.ts?worker&url';

const MOST_HELPERS = 3;

/** Beside the compute worker itself. From three cores on, one is left to the page's own threads. */
export function helperCount(cores: number): number {
  return Math.max(0, Math.min(MOST_HELPERS, (cores > 2 ? cores - 1 : cores) - 1));
}

export function spawnHelper(answer: (answer: BandAnswer) => void): Helper {
  const worker = startWorker(helperAddress, 'kernel helper');
  worker.onmessage = ({ data }: MessageEvent<BandAnswer>) => answer(data);
  worker.onerror = (event) => answer({ kind: 'failed', why: event.message || 'It could not start.' });
  return {
    post: (request) => worker.postMessage(request),
    close: () => worker.terminate(),
  };
}
