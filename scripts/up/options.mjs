import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DATA, ROOT } from '../lib/paths.mjs';
import { Trouble } from '../lib/say.mjs';

export const USAGE = `npm run up -- [options]
  --profile demo|paper   demo: the simulated exchange; paper: live market data, simulated orders
  --data DIR             where this run keeps everything (default data/PROFILE, data/replay)
  --port N               the console's port (default 4400); the two inner ports follow it
  --replay FILE …        feed the console with recorded captures; several are played on one clock
  --speed N              how fast to replay it (default 1)
  --config FILE          another configuration than config/PROFILE.toml
  --no-open              do not open a browser`;

/** Reads the command line; throws Trouble naming the option that is wrong. */
export function readOptions(argv) {
  let values;
  let positionals;
  try {
    ({ values, positionals } = parseArgs({
      args: argv,
      allowNegative: true,
      allowPositionals: true,
      options: {
        profile: { type: 'string', default: 'demo' },
        data: { type: 'string' },
        port: { type: 'string', default: '4400' },
        replay: { type: 'string', multiple: true },
        speed: { type: 'string' },
        config: { type: 'string' },
        open: { type: 'boolean', default: true },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new Trouble(`${error.message.split('. ')[0]}; npm run up -- --help lists the options.`);
  }
  if (positionals.length > 0 && values.replay === undefined) {
    throw new Trouble(`Unexpected argument '${positionals[0]}'; npm run up -- --help lists the options.`);
  }
  const { profile } = values;
  if (profile !== 'demo' && profile !== 'paper') {
    throw new Trouble(`--profile is demo or paper, not "${profile}".`);
  }
  const port = /^\d{1,5}$/.test(values.port) ? Number(values.port) : NaN;
  if (!(port <= 65_533)) throw new Trouble(`--port is a number from 0 to 65533, not "${values.port}".`);
  if (values.speed !== undefined && values.replay === undefined) {
    throw new Trouble('--speed goes with --replay: only a capture can be played faster.');
  }
  const speed = Number(values.speed ?? '1');
  if (!(speed > 0 && speed <= 1000)) {
    throw new Trouble(`--speed is more than 0 and at most 1000, not "${values.speed}".`);
  }
  if (values.replay !== undefined && profile !== 'demo') {
    throw new Trouble('--replay goes with the demo profile: a capture is not live data.');
  }
  // npm runs scripts in the root; a path is meant from where the person stands.
  const here = process.env.INIT_CWD ?? process.cwd();
  // `--replay a b c` and `--replay a --replay b` are the same.
  const replay = values.replay?.concat(positionals).map((file) => resolve(here, file)) ?? null;
  const missing = replay?.find((file) => !existsSync(file));
  if (missing !== undefined) throw new Trouble(`The capture ${missing} does not exist.`);
  const kind = replay === null ? profile : 'replay';
  return {
    help: values.help,
    profile,
    kind,
    port,
    speed,
    replay,
    dataDir: values.data === undefined ? join(DATA, kind) : resolve(here, values.data),
    configFile:
      values.config === undefined ? join(ROOT, `config/${profile}.toml`) : resolve(here, values.config),
    open: values.open,
  };
}
