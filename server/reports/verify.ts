/** Effects: verifies the log on disk for a yearly pack, as `npm run audit -- verify` does. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { reportOf } from '../audit/tools/verification.ts';
import { verifyLog } from '../audit/tools/verify.ts';

export interface Verdict {
  readonly isRight: boolean;
  /** What was read and found, line by line; no path of this machine. */
  readonly lines: readonly string[];
}

/** `key`: the log's own verifier, as the server holds it and not as the folder says. */
export async function verifiedNow(auditDir: string, key: string): Promise<Verdict> {
  // Where anchors are kept unless the configuration names other places: those are an auditor's to bring.
  const name = 'anchors/heads.txt';
  const text = await readFile(join(dirname(auditDir), name), 'utf8').catch(() => null);
  const anchors = text === null ? [] : [{ name, text }];
  const found = await verifyLog({ dir: auditDir, key, anchors, range: null, reencode: false, threads: null });
  if (!found.ok) return { isRight: false, lines: [found.error.sentence] };
  return { isRight: found.value.isRight, lines: reportOf(found.value) };
}
