/** Program behind the verbs of `npm run audit` that change a log's folder (built to archive-tool.js). */
import { fileURLToPath } from 'node:url';
import { RESTORE_USAGE, runArchiveTool } from '../archive/tool.ts';
import { HOLD_USAGE, PRUNE_USAGE, retentionVerb } from './retention-verbs.ts';
import { keepStepsQuiet } from './say.ts';

const HELP = [
  [RESTORE_USAGE, 'brings a lost log back from its copy, checked, up to the last acknowledged record'],
  [HOLD_USAGE, 'lists the holds, places one (a day alone is held whole; no --to: no end), or lifts it'],
  [PRUNE_USAGE, 'removes whole segments that are past their time; refused and recorded before'],
] as const;
const say = (line: string): void => console.log(line);
const [verb, ...rest] = process.argv.slice(2);
keepStepsQuiet();
if (verb === 'prune' || verb === 'hold') {
  const done = await retentionVerb(verb, rest, fileURLToPath(new URL('../../../', import.meta.url)));
  for (const line of done.ok ? done.value : [done.error.sentence]) say(line);
  // What opened the log holds threads and timers: it is closed by now.
  process.exit(done.ok ? 0 : 1);
}
if (verb === undefined || verb === '--help') {
  for (const [usage, about] of HELP) say(`${usage.replace('usage: ', '')}\n    ${about}`);
  process.exitCode = verb === undefined ? 2 : 0;
} else process.exitCode = await runArchiveTool(process.argv.slice(2), { say });
