import { parseArgs } from 'node:util';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Overrides } from './overrides.ts';
import { STORE_KINDS } from './schema.ts';
import { hidesPassword } from './secrets.ts';

export interface Arguments {
  readonly configFile: string;
  readonly dataDir: string;
  /** The built page; null = the one beside the program. */
  readonly pageDir: string | null;
  readonly overrides: Overrides;
}

export const USAGE =
  'usage: main --config FILE --data DIR [--port N] [--control-port N] ' +
  '[--venue-rest URL --venue-ws URL] [--replay FILE … [--speed X]] [--page DIR] [--store KIND]';

/** The server's command line; a refusal's sentence names the argument that is wrong. */
export function readArguments(argv: readonly string[]): Result<Arguments> {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string' },
        data: { type: 'string' },
        port: { type: 'string' },
        'control-port': { type: 'string' },
        'venue-rest': { type: 'string' },
        'venue-ws': { type: 'string' },
        replay: { type: 'string', multiple: true },
        speed: { type: 'string' },
        page: { type: 'string' },
        store: { type: 'string' },
      },
    }));
  } catch (error) {
    return refuse('arguments', `${(error as Error).message.split('. ')[0] ?? ''}; ${USAGE}.`);
  }
  // Every user of the machine can list what a process was started with.
  if (argv.some(hidesPassword)) {
    return refuse(
      'secret-in-arguments',
      'An address on the command line carries a password; others can read it there.',
    );
  }
  if (values.config === undefined) return refuse('arguments', `--config is missing; ${USAGE}.`);
  if (values.data === undefined) return refuse('arguments', `--data is missing; ${USAGE}.`);
  if ((values['venue-rest'] === undefined) !== (values['venue-ws'] === undefined)) {
    return refuse('arguments', '--venue-rest and --venue-ws go together.');
  }
  const port = readPort('--port', values.port);
  if (!port.ok) return port;
  const controlPort = readPort('--control-port', values['control-port']);
  if (!controlPort.ok) return controlPort;
  const store = STORE_KINDS.find((kind) => kind === values.store);
  if (values.store !== undefined && store === undefined) {
    return refuse('arguments', `--store must be one of ${STORE_KINDS.join(', ')}, not "${values.store}".`);
  }
  const speed = Number(values.speed ?? '1');
  if (!(speed > 0 && speed <= 1000)) {
    return refuse('arguments', `--speed must be more than 0 and at most 1000, not "${values.speed ?? ''}".`);
  }
  return ok({
    configFile: values.config,
    dataDir: values.data,
    pageDir: values.page ?? null,
    overrides: {
      ...(port.value === null ? {} : { consolePort: port.value }),
      ...(controlPort.value === null ? {} : { controlPort: controlPort.value }),
      ...(store === undefined ? {} : { store }),
      ...(values['venue-rest'] === undefined ? {} : { venueRest: values['venue-rest'] }),
      ...(values['venue-ws'] === undefined ? {} : { venueWs: values['venue-ws'] }),
      ...(values.replay === undefined ? {} : { replay: { files: values.replay, speed } }),
    },
  });
}

function readPort(name: string, text: string | undefined): Result<number | null> {
  if (text === undefined) return ok(null);
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (!(port <= 65_535)) return refuse('arguments', `${name} must be a port, 0 to 65535, not "${text}".`);
  return ok(port);
}
