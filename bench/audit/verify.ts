/** Verification of a log as `npm run audit -- verify` does it, on both cores. */
import { verifyLog } from '../../server/audit/tools/verify.ts';

export interface VerifyFigures {
  readonly perSecond: number[];
  readonly reencodedPerSecond: number[];
}

const entry = new URL('../audit/verify-thread.js', import.meta.url);
const THREADS = 2;

/** Turn by turn, `runs` times each; throws when the log is not right. */
export async function measureVerify(
  dir: string,
  verifier: string,
  records: number,
  runs: number,
): Promise<VerifyFigures> {
  const perSecond = async (reencode: boolean): Promise<number> => {
    const started = performance.now();
    const threads = { entry, count: THREADS };
    const found = await verifyLog({ dir, key: verifier, anchors: [], range: null, reencode, threads });
    const seconds = (performance.now() - started) / 1000;
    if (!found.ok) throw new Error(found.error.sentence);
    const { isRight, wrong, faults, records: read } = found.value;
    if (!isRight || read !== records) throw new Error(wrong?.sentence ?? faults[0] ?? `${read} records read`);
    return read / seconds;
  };
  const figures: VerifyFigures = { perSecond: [], reencodedPerSecond: [] };
  for (let run = 0; run < runs; run++) {
    figures.perSecond.push(await perSecond(false));
    figures.reencodedPerSecond.push(await perSecond(true));
  }
  return figures;
}
