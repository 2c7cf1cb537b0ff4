import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDefined } from '../../protocol/assert.ts';
import { formatPrice, formatSize, type Instrument } from '../../protocol/instrument.ts';
import type { StrategyQuote } from '../../protocol/strategy.ts';
import type { Lots, Ticks } from '../../protocol/units.ts';
import { ask, ExchangeAccount } from './desk-client.ts';
import { Program } from './program.ts';

export interface Started {
  readonly program: Program;
  readonly console: string;
  readonly control: string;
  readonly links: readonly { user: string; url: string }[];
}

/** The simulated exchange in its own process, and its account asked directly. */
export class Exchange {
  readonly program: Program;
  readonly rest: string;
  readonly account: ExchangeAccount;

  constructor(program: Program, rest: string) {
    this.program = program;
    this.rest = rest;
    this.account = new ExchangeAccount(rest);
  }

  /** As another program of the same account would. */
  async placeForeign(): Promise<void> {
    const info = (await (await fetch(`${this.rest}/api/v3/exchangeInfo`)).json()) as {
      symbols: { symbol: string; filters: { filterType: string; tickSize?: string; stepSize?: string }[] }[];
    };
    const { symbol, filters } = ensureDefined(info.symbols[2], 'a third symbol');
    const of = (type: string) =>
      ensureDefined(
        filters.find((filter) => filter.filterType === type),
        type,
      );
    const book = (await (await fetch(`${this.rest}/api/v3/ticker/bookTicker?symbol=${symbol}`)).json()) as {
      bidPrice: string;
    };
    const price = wholeSteps(Number(book.bidPrice) * 0.9, of('PRICE_FILTER').tickSize ?? '1');
    const quantity = wholeSteps(100 / Number(price), of('LOT_SIZE').stepSize ?? '1');
    await this.account.place({ symbol, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity, price });
  }
}

/** Built servers and exchanges in processes of their own, in a folder that goes with them. */
export class ServerRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'cwts-server-'));
  readonly page = join(this.folder, 'page');
  readonly #programs: Program[] = [];

  build(): void {
    execFileSync(process.execPath, ['scripts/build.mjs', '--only', 'node'], { stdio: 'pipe' });
    mkdirSync(this.page);
    writeFileSync(join(this.page, 'index.html'), '<!doctype html><title>page</title>');
  }

  data(name: string): string {
    return join(this.folder, name);
  }

  run(file: string, args: string[], env: Readonly<Record<string, string>> = {}): Program {
    const program = new Program(file, args, env);
    this.#programs.push(program);
    return program;
  }

  /** A venue of its own for each day: requests are weighed by the minute, as at the real one. */
  async startExchange(): Promise<Exchange> {
    const options = ['--port', '0', '--seed', '7', '--instruments', '6', '--preroll', '30'];
    const sim = this.run('dist/node/sim/main.js', options);
    return new Exchange(sim, String((await sim.line('ready'))['rest']));
  }

  /** `exchange` null: none, as in a replay. */
  serverArguments(data: string, exchange: Exchange | null, more: string[] = []): string[] {
    const venue = exchange
      ? ['--venue-rest', exchange.rest, '--venue-ws', exchange.rest.replace('http', 'ws')]
      : [];
    return [
      ...['--config', 'config/demo.toml', '--data', data, '--port', '0', '--control-port', '0'],
      // Most need no database, and each would start one.
      ...['--page', this.page, '--store', 'none', ...venue, ...more],
    ];
  }

  async startServer(data: string, exchange: Exchange | null, more: string[] = []): Promise<Started> {
    const program = this.run('dist/node/server/main.js', this.serverArguments(data, exchange, more));
    const ready = await program.line('ready');
    return { program, ...(ready as unknown as Omit<Started, 'program'>) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.kill('SIGKILL')));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What the server says of itself, asked until it is so; the last answer after a minute. */
export async function health(
  server: Started,
  wanted: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { body } = await ask(server.control, 'GET', '/health');
    const isSo = Object.entries(wanted).every(([key, value]) => body[key] === value);
    if (isSo || Date.now() > deadline) return body;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** A resting order well below the market. */
export async function placeOrder(server: Started, key: string): Promise<Record<string, unknown>> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const instruments = (await ask(server.control, 'GET', '/api/v1/instruments', { key })).body[
      'instruments'
    ];
    const quotes = (await ask(server.control, 'GET', '/api/v1/quotes', { key })).body['quotes'];
    const instrument = (instruments as Instrument[])[1];
    const quote = (quotes as StrategyQuote[])[1];
    if (instrument && quote?.state === 'live' && quote.bid > 0) {
      const order = {
        clientId: randomUUID().slice(0, 20),
        symbol: instrument.symbol,
        side: 'buy',
        type: 'limit',
        price: formatPrice(Math.floor(quote.bid * 0.9) as Ticks, instrument),
        size: formatSize((instrument.minLots * 200) as Lots, instrument),
      };
      return (await ask(server.control, 'POST', '/api/v1/orders', { key, body: order })).body;
    }
    if (Date.now() > deadline) throw new Error('no live quote');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function wholeSteps(value: number, step: string): string {
  const decimals = Math.max(0, step.replace(/0+$/, '').split('.')[1]?.length ?? 0);
  return (Math.floor(value / Number(step)) * Number(step)).toFixed(decimals);
}

export const strategyKey = (data: string): string => readFileSync(join(data, 'strategy.key'), 'utf8').trim();
