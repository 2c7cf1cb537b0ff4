import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ok, refuse, type Result } from '../protocol/result.ts';

/** How a simulated venue is to be. */
export interface SimOptions {
  /** 0 = any free one. */
  readonly port: number;
  readonly seed: number;
  readonly instruments: number;
  /** Only these, in this order; empty = all. */
  readonly symbols: readonly string[];
  readonly prerollSeconds: number;
  readonly pauseAtStart: boolean;
  /** The venue's clock starts here, in milliseconds since 1970, when the venue opens; null = the wall clock. */
  readonly epochMillis: number | null;
  /** Round trip added to REST and the private socket. */
  readonly latencyMillis: number;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Request weight a minute. */
  readonly weightLimit: number;
  /** New orders in ten seconds. */
  readonly orderLimit: number;
  /** A live venue to fill against; null = our own market. */
  readonly paper: { readonly rest: string; readonly ws: string } | null;
}

export const DEFAULTS: SimOptions = {
  port: 0,
  seed: 7,
  instruments: 64,
  symbols: [],
  prerollSeconds: 3_600,
  pauseAtStart: false,
  epochMillis: null,
  latencyMillis: 0,
  apiKey: 'sim-key',
  apiSecret: 'sim-secret',
  weightLimit: 6_000,
  orderLimit: 1_000,
  paper: null,
};

/** Reads a command line; a refusal's sentence says what is wrong with it. */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Result<SimOptions> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        seed: { type: 'string' },
        instruments: { type: 'string' },
        symbols: { type: 'string' },
        preroll: { type: 'string' },
        'pause-at-start': { type: 'boolean' },
        epoch: { type: 'string' },
        'latency-ms': { type: 'string' },
        'api-key': { type: 'string' },
        'secret-file': { type: 'string' },
        'weight-limit': { type: 'string' },
        'order-limit': { type: 'string' },
        paper: { type: 'string' },
      },
    });
    const secretFile = values['secret-file'];
    return ok({
      port: whole('port', values.port, DEFAULTS.port, 0, 65_535),
      seed: whole('seed', values.seed, DEFAULTS.seed, 0, Number.MAX_SAFE_INTEGER),
      instruments: whole('instruments', values.instruments, DEFAULTS.instruments, 1, 1_024),
      symbols: values.symbols?.split(',').filter((symbol) => symbol !== '') ?? [],
      prerollSeconds: whole('preroll', values.preroll, DEFAULTS.prerollSeconds, 1, 5_400),
      pauseAtStart: values['pause-at-start'] ?? false,
      epochMillis: epoch(values.epoch),
      latencyMillis: whole('latency-ms', values['latency-ms'], 0, 0, 60_000),
      apiKey: values['api-key'] ?? env['CWTS_SIM_KEY'] ?? DEFAULTS.apiKey,
      apiSecret: secretFile
        ? readFileSync(secretFile, 'utf8').trim()
        : (env['CWTS_SIM_SECRET'] ?? DEFAULTS.apiSecret),
      weightLimit: whole('weight-limit', values['weight-limit'], DEFAULTS.weightLimit, 1, 1e9),
      orderLimit: whole('order-limit', values['order-limit'], DEFAULTS.orderLimit, 1, 1e6),
      paper: paper(values.paper),
    });
  } catch (error) {
    return refuse('bad-option', error instanceof Error ? error.message : String(error));
  }
}

function whole(
  name: string,
  text: string | undefined,
  otherwise: number,
  least: number,
  most: number,
): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`--${name} must be a whole number from ${least} to ${most}, not "${text}".`);
}

function epoch(text: string | undefined): number | null {
  if (text === undefined) return null;
  const millis = Date.parse(text);
  if (Number.isNaN(millis))
    throw new Error(`--epoch must be a time such as 2026-01-05T12:00:00Z, not "${text}".`);
  return Math.floor(millis / 1000) * 1000;
}

function paper(text: string | undefined): SimOptions['paper'] {
  if (text === undefined) return null;
  const [rest, ws, ...more] = text.split(',');
  if (!rest?.startsWith('http') || !ws?.startsWith('ws') || more.length > 0) {
    throw new Error(`--paper must be REST_URL,WS_URL, not "${text}".`);
  }
  return { rest: rest.replace(/\/$/, ''), ws: ws.replace(/\/$/, '') };
}
