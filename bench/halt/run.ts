import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reply } from '../../protocol/commands.ts';
import type { HaltView } from '../../protocol/halt.ts';
import { formatPrice, formatSize } from '../../protocol/instrument.ts';
import type { Lots, Ticks } from '../../protocol/units.ts';
import { StrategyClient } from '../../sdk/client.ts';
import { ExchangeAccount, Person } from '../../server/testing/desk-client.ts';
import { Program } from '../../server/testing/program.ts';
import { haltViews } from './watch.ts';

export const ORDERS = 500;
const LATENCY_MS = 50;
/** Orders are far enough from the market to rest, and spread over this many instruments. */
const INSTRUMENTS = 64;
const AWAY = 0.2;
const PASSING = ['budget', 'binance-1015', 'rate-limited', 'reference-price'];

export interface HaltRun {
  readonly ordersBefore: number;
  readonly ordersAfter: number;
  /** Command's arrival at the server to gate closed, by the server's own clock, ms. */
  readonly arrivalToClosedMs: number;
  /** The press as its sender sees it: request out to answer in, ms. */
  readonly pressRoundTripMs: number;
  /** Factor accepted to: cancels out, cancels taken, zero read twice; ms. */
  readonly factorToSentMs: number;
  readonly factorToAcknowledgedMs: number;
  readonly factorToZeroMs: number;
  /** The same until its sender has the answer that every venue shows zero, ms. */
  readonly factorToAnswerMs: number;
}

/** Starts the exchange and the server once; each run fills the book, halts, cancels and releases. */
export class HaltBench {
  readonly #folder = mkdtempSync(join(tmpdir(), 'cwts-bench-halt-'));
  readonly #operator = new Person();
  readonly #second = new Person();
  #sim: Program | null = null;
  #server: Program | null = null;
  #base = '';
  #client: StrategyClient | null = null;
  #exchange: ExchangeAccount | null = null;
  #stopWatching = (): void => undefined;
  #view: HaltView | null = null;
  #count = 0;

  async start(): Promise<void> {
    const simArguments = ['--port', '0', '--instruments', String(INSTRUMENTS), '--preroll', '60'];
    this.#sim = new Program('dist/node/sim/main.js', [...simArguments, '--latency-ms', String(LATENCY_MS)]);
    const { rest, ws } = (await this.#sim.line('ready')) as { rest: string; ws: string };
    const config = join(this.#folder, 'bench.toml');
    // The gate's rate would only make the filling of the book slow; every other rule stays.
    const demo = readFileSync('config/demo.toml', 'utf8').replace(
      /orders_per_second = \d+/,
      'orders_per_second = 1000',
    );
    writeFileSync(config, demo);
    const data = join(this.#folder, 'data');
    this.#server = new Program('dist/node/server/main.js', [
      ...['--config', config, '--data', data, '--port', '0', '--control-port', '0'],
      ...['--venue-rest', rest, '--venue-ws', ws],
    ]);
    const ready = (await this.#server.line('ready')) as unknown as {
      console: string;
      control: string;
      links: { user: string; url: string }[];
    };
    this.#base = ready.console;
    const link = (user: string): string => ready.links.find((one) => one.user === user)?.url ?? '';
    await this.#operator.enrol(this.#base, link('operator'));
    await this.#second.enrol(this.#base, link('second'));
    const key = readFileSync(join(data, 'strategy.key'), 'utf8').trim();
    this.#client = new StrategyClient({ url: ready.control, key });
    this.#exchange = new ExchangeAccount(rest);
    this.#stopWatching = haltViews(this.#base, this.#operator.cookie ?? '', (view) => (this.#view = view));
  }

  async run(): Promise<HaltRun> {
    const { exchange } = this.#started();
    await this.#fill();
    const ordersBefore = (await exchange.openOrders()).length;
    const haltId = `bench-halt-${++this.#count}`;
    const pressedAt = performance.now();
    await must(this.#operator.command(this.#base, { type: 'halt.press', haltId, reason: 'bench' }), 'press');
    const pressRoundTripMs = performance.now() - pressedAt;
    await must(this.#operator.command(this.#base, { type: 'halt.cancel-all', haltId }, 'halt'), 'cancel');
    // From the factor, not from the request: the person may first wait for a code that is not used yet.
    const answeredAt = Date.now() * 1000;
    const view = await this.#confirmed(haltId);
    const ordersAfter = (await exchange.openOrders()).length;
    await must(
      this.#second.command(this.#base, { type: 'halt.release', haltId, reason: 'bench' }, 'halt'),
      'release',
    );
    const [venue] = view.venues;
    const since = (from: number | null, to: number | null | undefined): number =>
      from === null || to === null || to === undefined ? Number.NaN : (to - from) / 1000;
    return {
      ordersBefore,
      ordersAfter,
      arrivalToClosedMs: since(view.pressedAt, view.gateClosedAt),
      pressRoundTripMs,
      factorToSentMs: since(view.factorAt, venue?.sentAt),
      factorToAcknowledgedMs: since(view.factorAt, venue?.acknowledgedAt),
      factorToZeroMs: since(view.factorAt, view.confirmedAt),
      factorToAnswerMs: since(view.factorAt, answeredAt),
    };
  }

  async stop(): Promise<void> {
    this.#stopWatching();
    this.#client?.close();
    await this.#server?.kill('SIGINT');
    await this.#sim?.kill('SIGINT');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Brings the strategy's open orders to `ORDERS`. */
  async #fill(): Promise<void> {
    const { client } = this.#started();
    const instruments = await client.instruments();
    const quotes = await client.quotes();
    let sent = 0;
    for (let at = 0; sent < ORDERS; at += 50) {
      const batch = Array.from({ length: Math.min(50, ORDERS - sent) }, (_, n) => {
        const instrument = instruments[(at + n) % instruments.length];
        const quote = quotes[(at + n) % instruments.length];
        if (!instrument || !quote) throw new Error('no instruments');
        const price = formatPrice(Math.floor(quote.bid * (1 - AWAY)) as Ticks, instrument);
        const lots = Math.max(instrument.minLots, Math.ceil(20 / Number(price) / lotSize(instrument)));
        const clientId = `bench-${this.#count}-${at + n}`;
        const size = formatSize(lots as Lots, instrument);
        return client.place({
          clientId,
          symbol: instrument.symbol,
          side: 'buy',
          type: 'post-only',
          price,
          size,
        });
      });
      const taken = await Promise.all(batch);
      sent += taken.filter((reply) => reply.ok).length;
      if (!taken.every((reply) => reply.ok)) await this.#waitFor(taken);
    }
  }

  /** Refusals that pass: a minute's request weight that filling the book spent, a feed that lags on a busy machine. */
  async #waitFor(replies: readonly Reply[]): Promise<void> {
    for (const reply of replies)
      if (!reply.ok && !PASSING.includes(reply.code)) throw new Error(reply.sentence);
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }

  async #confirmed(haltId: string): Promise<HaltView> {
    for (let tries = 0; tries < 1000; tries++) {
      const view = this.#view;
      if (view?.haltId === haltId && view.phase === 'confirmed') return view;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`the console never saw ${haltId} confirmed`);
  }

  #started(): { client: StrategyClient; exchange: ExchangeAccount } {
    if (!this.#client || !this.#exchange) throw new Error('not started');
    return { client: this.#client, exchange: this.#exchange };
  }
}

const lotSize = ({ lotStep, sizeScale }: { lotStep: number; sizeScale: number }): number =>
  lotStep / 10 ** sizeScale;

async function must(answer: Promise<{ body: Record<string, unknown> }>, what: string): Promise<void> {
  const { body } = await answer;
  if (body['ok'] !== true) throw new Error(`${what}: ${JSON.stringify(body)}`);
}
