/** What a helper's thread does: it computes the bands it is asked for, one after the other. */
import type { BandAnswer, BandRequest } from './crew.ts';
import { WasmCorrelation } from './wasm.ts';

/**
 * Says that it is ready and returns what answers a request.
 * @param post sends an answer, with what moves with it instead of being copied.
 */
export function answerBands(
  post: (answer: BandAnswer, moved: ArrayBuffer[]) => void,
): (request: BandRequest) => void {
  const wasm = new WasmCorrelation();
  post({ kind: 'ready' }, []);
  return ({ job, rows, panel }) => {
    const band = wasm.correlateBand(panel, rows);
    const moved = [band.upper, band.lower].flatMap(({ matrix, invalid }) => [matrix.buffer, invalid.buffer]);
    post({ kind: 'band', job, band, bytes: wasm.bytes }, moved);
  };
}
