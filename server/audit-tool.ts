/** Program of `npm run audit` (built to audit/main.js): works on a log's files, without the server. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runVerb } from './audit/tools/run-verb.ts';
import { verbs } from './audit/tools/verbs.ts';
import { checkReportFile } from './reports/check-file.ts';

const threadEntry = new URL('./verify-thread.js', import.meta.url);

process.exitCode = await runVerb(verbs, process.argv.slice(2), {
  say: (line) => console.log(line),
  note: (line) => console.error(line),
  environment: process.env,
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
  data: fileURLToPath(new URL('../../../data/demo', import.meta.url)),
  threadEntry: existsSync(threadEntry) ? threadEntry : null,
  otherFiles: [checkReportFile],
});
