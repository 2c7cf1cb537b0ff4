import { Crew, type BandAnswer, type Helper } from '../../shaders/correlation/crew.ts';
import { WasmCorrelation } from '../../shaders/correlation/wasm.ts';

/** As the console starts its own. */
export function spawnHelper(hear: (answer: BandAnswer) => void): Helper {
  const worker = new Worker(new URL('./helper.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data }: MessageEvent<BandAnswer>) => hear(data);
  worker.onerror = ({ message }) => hear({ kind: 'failed', why: message || 'It could not start.' });
  return { post: (request) => worker.postMessage(request), close: () => worker.terminate() };
}

export interface ReadyCrew {
  readonly crew: Crew;
  /** Resolves when all helpers are there. */
  readonly ready: Promise<void>;
  /** Bands that helpers computed so far. */
  readonly bands: () => number;
}

/** A crew of this thread and so many workers that shares whatever is large enough. */
export function makeCrew(helpers: number): ReadyCrew {
  let missing = helpers;
  let bands = 0;
  let settle = { ready: (): void => undefined, failed: (_: Error): void => undefined };
  const ready = new Promise<void>((resolve, reject) => {
    settle = { ready: resolve, failed: reject };
  });
  const crew = new Crew(new WasmCorrelation(), {
    helpers,
    // A clock that stands still: every matrix is shared, because that is what is measured.
    now: () => 0,
    spawn: (hear) =>
      spawnHelper((answer) => {
        if (answer.kind === 'band') bands++;
        hear(answer);
        if (answer.kind === 'ready' && --missing === 0) settle.ready();
        if (answer.kind === 'failed') settle.failed(new Error(answer.why));
      }),
    after: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
  });
  return { crew, ready, bands: () => bands };
}
