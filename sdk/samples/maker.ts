/**
 * A small market maker: quotes 20 instruments on both sides and follows their mids. It is there so
 * that there is something to watch and to halt; it makes no money and is not meant to.
 *
 *     node dist/node/sdk/samples/maker.js --url http://127.0.0.1:4401 --key-file data/demo/strategy.key
 *
 * The key may come in CWTS_STRATEGY_KEY instead. `--instruments N` (20). Ctrl-C cancels its orders.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Instrument } from '../../protocol/instrument.ts';
import { isOpen, type OrderView } from '../../protocol/orders.ts';
import type { OrderId } from '../../protocol/units.ts';
import { StrategyClient, type NewOrder } from '../client.ts';
import { plan } from './quoting.ts';

const EVERY_MS = 250;
/** New orders in one turn, so that it stays under any sensible limit of the gate. */
const ORDERS_A_TURN = 20;
/** While everything is refused it asks with one order a turn. */
const ASKING = 1;

class Maker {
  readonly #client: StrategyClient;
  readonly #say: (line: string) => void;
  readonly #run = Date.now().toString(36);
  readonly #orders = new Map<OrderId, OrderView>();
  /** Being cancelled by us: the push that says so may be on its way. */
  readonly #leaving = new Set<OrderId>();
  #instruments: readonly Instrument[] = [];
  #refusal: string | null = null;
  #trouble: string | null = null;
  #count = 0;
  #turn = 0;

  constructor(client: StrategyClient, say: (line: string) => void) {
    this.#client = client;
    this.#say = say;
  }

  async start(instruments: number): Promise<void> {
    this.#client.listen(
      (upserts, removed) => this.#told(upserts, removed),
      () => void this.#readOrders(),
      (sentence) => this.#troubled(`Not connected: ${sentence}`),
    );
    while (this.#instruments.length === 0) {
      const known = await this.#client.instruments().catch((error: unknown) => this.#failed(error));
      this.#instruments = (known ?? []).slice(0, instruments);
      if (this.#instruments.length === 0) await pause(EVERY_MS);
    }
    this.#say(`Quoting ${this.#instruments.length} instruments on both sides.`);
  }

  /** One look at the market and what follows from it. */
  async turn(): Promise<void> {
    const quotes = await this.#client.quotes().catch((error: unknown) => this.#failed(error));
    if (!quotes) return;
    this.#troubled(null);
    const byInstrument = new Map<number, OrderView[]>();
    for (const order of this.#orders.values()) {
      if (this.#leaving.has(order.orderId)) continue;
      const of = byInstrument.get(order.instrument) ?? [];
      of.push(order);
      byInstrument.set(order.instrument, of);
    }
    let left = this.#refusal === null ? ORDERS_A_TURN : ASKING;
    const asked: Promise<void>[] = [];
    // Each turn begins with another instrument, so that none waits behind the same ones for ever.
    for (const instrument of rotated(this.#instruments, this.#turn++)) {
      const quote = quotes[instrument.index];
      if (!quote || left <= 0) continue;
      const { place, cancel } = plan(instrument, quote, byInstrument.get(instrument.index) ?? []);
      const some = place.slice(0, left);
      left -= some.length;
      asked.push(this.#requote(some, cancel));
    }
    await Promise.all(asked);
  }

  async stop(): Promise<void> {
    const reply = await this.#client.cancelAll().catch((error: unknown) => this.#failed(error));
    if (reply) this.#say(reply.sentence);
    this.#client.close();
  }

  /** The new ones first: the market is never left without a quote. */
  async #requote(place: readonly Omit<NewOrder, 'clientId'>[], cancel: readonly OrderId[]): Promise<void> {
    await Promise.all(place.map((order) => this.#place(order)));
    await Promise.all(cancel.map((orderId) => this.#cancel(orderId)));
  }

  async #place(order: Omit<NewOrder, 'clientId'>): Promise<void> {
    const clientId = `${this.#run}-${++this.#count}`;
    const reply = await this.#client
      .place({ ...order, clientId })
      .catch((error: unknown) => this.#failed(error));
    if (!reply) return;
    // Each refusal is said once, until something else is answered.
    const refusal = reply.ok ? null : reply.sentence;
    if (refusal !== this.#refusal)
      this.#say(refusal === null ? 'Orders are taken again.' : `Refused: ${refusal}`);
    this.#refusal = refusal;
  }

  async #cancel(orderId: OrderId): Promise<void> {
    this.#leaving.add(orderId);
    const reply = await this.#client.cancel(orderId).catch((error: unknown) => this.#failed(error));
    // Not cancelled: it is looked at again in the next turn.
    if (!reply?.ok) this.#leaving.delete(orderId);
  }

  #told(upserts: readonly OrderView[], removed: readonly OrderId[]): void {
    for (const order of upserts) {
      if (isOpen(order.state)) this.#orders.set(order.orderId, order);
      else this.#forget(order.orderId);
    }
    for (const orderId of removed) this.#forget(orderId);
  }

  #forget(orderId: OrderId): void {
    this.#orders.delete(orderId);
    this.#leaving.delete(orderId);
  }

  async #readOrders(): Promise<void> {
    const orders = await this.#client.orders().catch((error: unknown) => this.#failed(error));
    if (!orders) return;
    this.#orders.clear();
    this.#leaving.clear();
    this.#told(orders, []);
  }

  #failed(error: unknown): null {
    this.#troubled(error instanceof Error ? error.message : 'The server can not be reached.');
    return null;
  }

  #troubled(sentence: string | null): void {
    if (sentence !== null && sentence !== this.#trouble) this.#say(sentence);
    this.#trouble = sentence;
  }
}

function rotated<T>(items: readonly T[], by: number): T[] {
  const at = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:4401' },
    'key-file': { type: 'string' },
    instruments: { type: 'string', default: '20' },
  },
});
const keyFile = values['key-file'];
const key = keyFile === undefined ? process.env['CWTS_STRATEGY_KEY'] : readKey(keyFile);
if (!key) {
  process.stderr.write('Give the strategy key with --key-file or in CWTS_STRATEGY_KEY.\n');
  process.exit(2);
}

function readKey(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    process.stderr.write(`The key file ${path} can not be read.\n`);
    process.exit(2);
  }
}

let stopping = false;
const stop = (): void => {
  stopping = true;
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

const maker = new Maker(new StrategyClient({ url: values.url, key }), (line) => {
  process.stdout.write(`${line}\n`);
});
await maker.start(Number(values.instruments));
while (!(stopping as boolean)) {
  await maker.turn();
  await pause(EVERY_MS);
}
await maker.stop();
process.exit(0);
