import type { Instrument } from '../../protocol/instrument.ts';
import { isOpen, type OrderView } from '../../protocol/orders.ts';
import type { OrderId } from '../../protocol/units.ts';
import type { NewOrder, StrategyClient } from '../client.ts';
import { plan } from './quoting.ts';

export const EVERY_MS = 250;
/** New orders in one turn, so that it stays under any sensible limit of the gate. */
const ORDERS_A_TURN = 20;
/** While everything is refused it asks with one order a turn. */
const ASKING = 1;

/** How a strategy reaches the desk, as far as this one needs it. */
export type MakerClient = Pick<
  StrategyClient,
  'listen' | 'instruments' | 'quotes' | 'orders' | 'place' | 'cancel' | 'cancelAll' | 'close'
>;

/** The maker itself: what it knows of its orders, and one turn after the other. */
export class Maker {
  readonly #client: MakerClient;
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

  constructor(client: MakerClient, say: (line: string) => void) {
    this.#client = client;
    this.#say = say;
  }

  /** Until the server has told its instruments, or `isOver` says not to wait for them. */
  async start(instruments: number, isOver: () => boolean): Promise<void> {
    this.#client.listen(
      (upserts, removed) => this.#told(upserts, removed),
      () => void this.#readOrders(),
      (sentence) => this.#troubled(`Not connected: ${sentence}`),
    );
    while (this.#instruments.length === 0 && !isOver()) {
      const known = await this.#client.instruments().catch((error: unknown) => this.#failed(error));
      this.#instruments = (known ?? []).slice(0, instruments);
      if (this.#instruments.length === 0) await pause(EVERY_MS);
    }
    if (this.#instruments.length > 0)
      this.#say(`Quoting ${this.#instruments.length} instruments on both sides.`);
  }

  /** One look at the market and what follows from it. */
  async turn(): Promise<void> {
    const known = await this.#client.quotes().catch((error: unknown) => this.#failed(error));
    if (!known) return;
    this.#troubled(null);
    const quotes = new Map(known.map((quote) => [quote.instrument, quote]));
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
      const quote = quotes.get(instrument.index);
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

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
