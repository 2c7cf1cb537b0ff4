import { Crew, type BandAnswer } from '../../shaders/correlation/crew.ts';
import { WasmCorrelation } from '../../shaders/correlation/wasm.ts';

export interface ReadyCrew {
  readonly crew: Crew;
  /** Resolves when all helpers are there. */
  readonly ready: Promise<void>;
  /** Bands that helpers computed so far. */
  readonly bands: () => number;
}

/** A crew of this thread and so many workers. */
export function makeCrew(helpers: number): ReadyCrew {
  let missing = helpers;
  let bands = 0;
  let settle = { ready: (): void => undefined, failed: (_: Error): void => undefined };
  const ready = new Promise<void>((resolve, reject) => {
    settle = { ready: resolve, failed: reject };
  });
  const crew = new Crew(new WasmCorrelation(), {
    helpers,
    spawn: (hear) => {
      const worker = new Worker(new URL('./helper.ts', import.meta.url), { type: 'module' });
      worker.onmessage = ({ data }: MessageEvent<BandAnswer>) => {
        if (data.kind === 'band') bands++;
        hear(data);
        if (data.kind === 'ready' && --missing === 0) settle.ready();
      };
      worker.onerror = ({ message }) => settle.failed(new Error(message || 'A helper could not start.'));
      return { post: (request) => worker.postMessage(request), close: () => worker.terminate() };
    },
    after: (ms, then) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
  });
  return { crew, ready, bands: () => bands };
}
