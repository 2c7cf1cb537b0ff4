import { expect, it } from 'vitest';
import { checkReportFile } from './check-file.ts';

it('R-49: a text that is no report is not judged; one that only looks like it is refused', () => {
  expect(checkReportFile('hello', null)).toBeNull();
  expect(checkReportFile('{"kind":"cwts-inclusion-proof"}', null)).toBeNull();
  const shell = JSON.stringify({ report: {}, signature: { verifier: 'x' } });
  expect(checkReportFile(shell, null)).toMatchObject({ ok: false, error: { code: 'report-malformed' } });
});
