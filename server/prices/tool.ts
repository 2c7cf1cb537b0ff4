/** Program behind `npm run import`: price files into the data directory, listed, and out of it. */
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Micros } from '../../protocol/units.ts';
import {
  RULES,
  dateText,
  findingText,
  unlisted,
  type CleaningReport,
  type Rule,
} from '../../shaders/prices/report.ts';
import { importFile, type Told } from './import-file.ts';
import { PriceFolder } from './price-folder.ts';

const USAGE = `usage: npm run import -- FILE.csv[.gz] [--name NAME] [--as-printed] [--all] [--data DIR]
       npm run import -- list | remove NAME [--data DIR]`;
/** Of each kind of dirt, unless all is asked for. */
const SHOWN = 5;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._+&-]{0,63}$/u;

export interface ToolOutput {
  readonly say: (line: string) => void;
  readonly told: Told;
  readonly now: () => Micros;
}

/** The exit code. */
export async function runImport(argv: readonly string[], output: ToolOutput): Promise<number> {
  const done = await run(argv, output);
  if (!done.ok) output.say(done.error.sentence);
  return done.ok ? 0 : 1;
}

async function run(argv: readonly string[], output: ToolOutput): Promise<Result<null>> {
  const asked = readArguments(argv);
  if (!asked) return refuse('arguments', USAGE);
  const { values, positionals } = asked;
  const folder = new PriceFolder(join(values.data, 'prices'));
  const [verb = '', name] = positionals;
  if (verb === 'list' && positionals.length === 1) return list(folder, output);
  if (verb === 'remove' && name !== undefined) {
    if (!(await folder.remove(name))) return refuse('price-none', `There are no prices named ${name}.`);
    output.say(`${name} is removed.`);
    return ok(null);
  }
  if (positionals.length !== 1) return refuse('arguments', USAGE);
  return keep(verb, values, folder, output);
}

interface Values {
  readonly data: string;
  readonly name?: string | undefined;
  readonly 'as-printed': boolean;
  readonly all: boolean;
}

function readArguments(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        data: { type: 'string' },
        all: { type: 'boolean', default: false },
        'as-printed': { type: 'boolean', default: false },
      },
    });
    const { data } = values;
    return data === undefined ? null : { values: { ...values, data }, positionals };
  } catch {
    return null;
  }
}

async function list(folder: PriceFolder, { say }: ToolOutput): Promise<Result<null>> {
  const all = await folder.list();
  if (all.length === 0) say('No prices were imported.');
  for (const { name, instruments, samples, step, from, to, sha256, cleaned } of all) {
    const range = `${dateText(from)} to ${dateText(to)}`;
    const how = cleaned ? '' : ', as printed';
    say(`${name}  ${instruments} × ${samples} × ${step}, ${range}${how}  ${sha256.slice(0, 12)}`);
  }
  return ok(null);
}

async function keep(
  file: string,
  values: Values,
  folder: PriceFolder,
  output: ToolOutput,
): Promise<Result<null>> {
  const name = values.name ?? basename(file).replace(/(\.csv|\.txt|\.tsv)?(\.gz)?$/i, '');
  if (!NAME.test(name)) {
    return refuse('price-name', 'A name has 1 to 64 letters, digits, spaces and ._+&-; give one with --name.');
  }
  const asked = { file, name, asPrinted: values['as-printed'] };
  const done = await importFile(asked, folder, output.now(), output.told);
  if (!done.ok) return done;
  const { stored, panel } = done.value;
  for (const line of reportLines(panel.report, values.all ? Infinity : SHOWN)) output.say(line);
  output.say(
    `${name}: ${stored.instruments} instruments, ${stored.samples} returns of ${stored.step}, ${dateText(stored.from)} to ${dateText(stored.to)}. Consoles list it now.`,
  );
  return ok(null);
}

/** Every kind of dirt with its count, what was done about it, and the first of it by name and date. */
export function reportLines(report: CleaningReport, most: number): string[] {
  const { counts, findings, cleaned } = report;
  const rules = (Object.keys(RULES) as Rule[]).filter((rule) => counts[rule] > 0);
  if (rules.length === 0) return ['Nothing was dirty.'];
  const lines = cleaned ? [] : ['As printed: only what cannot be a return was left out.'];
  for (const rule of rules) {
    const found = findings.filter((finding) => finding.rule === rule);
    lines.push(
      `${counts[rule]} × ${RULES[rule]}`,
      ...found.slice(0, most).map((one) => `    ${findingText(one)}`),
    );
    const more = counts[rule] - Math.min(most, found.length);
    if (more > 0) lines.push(`    and ${more} more${found.length > most ? ' (--all lists them)' : ''}`);
  }
  if (unlisted(report) > 0) lines.push(`${unlisted(report)} are counted and not listed.`);
  return lines;
}
