import { z } from 'zod';
import { ok, type Result } from '../../protocol/result.ts';
import { checkReport } from './signed.ts';

const outline = z.object({ report: z.object({}), signature: z.object({ verifier: z.string() }) });

/** For `npm run audit -- check`: what a signed report proves, in lines; null when the text is no report. */
export function checkReportFile(text: string, key: string | null): Result<readonly string[]> | null {
  const found = outline.safeParse(parse(text)).data;
  if (!found) return null;
  const checked = checkReport(text, key ?? found.signature.verifier);
  if (!checked.ok) return checked;
  const { cited, log } = checked.value;
  return ok([
    `The report is as it was signed; ${cited.length} records that it cites are in the log of ${log.size} records.`,
  ]);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
