/** Program behind the verbs of `npm run audit` that change a log's folder (built to archive-tool.js). */
import { runArchiveTool } from '../archive/tool.ts';
import { retentionVerb } from './retention-verbs.ts';
import { keepStepsQuiet } from './say.ts';

const say = (line: string): void => console.log(line);
const [verb, ...rest] = process.argv.slice(2);
keepStepsQuiet();
if (verb === 'prune' || verb === 'hold') {
  const done = await retentionVerb(verb, rest);
  for (const line of done.ok ? done.value : [done.error.sentence]) say(line);
  // What opened the log holds threads and timers: it is closed by now.
  process.exit(done.ok ? 0 : 1);
}
process.exitCode = await runArchiveTool(process.argv.slice(2), { say });
