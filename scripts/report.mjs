// `npm run report -- COMMAND`: reports by hand, from the server's own machine.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { askServer } from './lib/host.mjs';
import { DATA } from './lib/paths.mjs';
import { main, Trouble } from './lib/say.mjs';

const USAGE = `npm run report -- COMMAND [--data DIR]
  list                               what was made, and whether it reached whom it was for
  incident HALT --reason "WHY"       of a halt, by its id
  daily 2026-01-05 --reason "WHY"    of a day, UTC
  review 2026 --reason "WHY"         of a year, to be certified by the chief executive in the console
The signed documents lie in the data directory under reports/; \`npm run audit -- check FILE\` checks one.`;

await main(async () => {
  const { values, positionals } = readArguments();
  const [command, about] = positionals;
  if (values.help || command === undefined) return console.log(USAGE);
  const dir = values.data ? resolve(process.env.INIT_CWD ?? '.', values.data) : join(DATA, 'demo');
  if (command === 'list') return list(dir);
  if (!['incident', 'daily', 'review'].includes(command)) {
    throw new Trouble(`There is no command "${command}".\n${USAGE}`);
  }
  if (!about) throw new Trouble(`Say what the report is about.\n${USAGE}`);
  if (!values.reason) throw new Trouble('Say why: --reason "…". It stands in the log.');
  const asked = { report: command, about, reason: values.reason };
  console.log((await askServer(dir, 'POST', '/admin/reports', asked)).sentence);
});

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        reason: { type: 'string' },
        data: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new Trouble(`${error.message.split('. ')[0]}\n${USAGE}`);
  }
}

async function list(dir) {
  const { reports } = await askServer(dir, 'GET', '/admin/reports');
  if (reports.length === 0) return console.log('No report yet.');
  for (const { reportId, title, madeAt, by, deliveries } of reports) {
    const time = new Date(madeAt / 1000).toISOString().slice(0, 19).replace('T', ' ');
    console.log(`${reportId}  ${time} UTC by ${by}  ${title}`);
    for (const { recipient, state, attempts, receipt, trouble } of deliveries) {
      const tries = `${attempts} ${attempts === 1 ? 'try' : 'tries'}`;
      console.log(`  ${recipient}: ${state} (${tries}) ${receipt ?? trouble ?? ''}`.trimEnd());
    }
  }
}
