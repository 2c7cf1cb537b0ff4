/** Orders and net fills as the log's order records tell them. Pure. */
import type { AuditRecord } from '../../protocol/audit.ts';
import { isOpen, orderStateSchema, type OrderState } from '../../protocol/orders.ts';
import { ReportUnits } from './units.ts';
import { asNumber, asObject, asText } from './words.ts';

export interface ReportedOrder {
  readonly orderId: string;
  readonly symbol: string;
  readonly venue: string;
  readonly owner: string;
  readonly strategy: string | null;
  readonly side: string;
  /** With their units, as they were when this was recorded. */
  readonly price: string;
  readonly size: string;
  readonly filled: string;
  readonly state: OrderState;
  /** The newest record about it. */
  readonly seq: number;
}

export class OrderBookOfLog {
  readonly #units = new ReportUnits();
  readonly #orders = new Map<string, ReportedOrder>();
  readonly #net = new Map<string, { lots: number; seq: number }>();
  readonly #fills = new Set<string>();

  /** What an order record tells; null for any other. */
  add(record: AuditRecord): ReportedOrder | null {
    this.#units.add(record);
    if (!record.action.startsWith('order.')) return null;
    const order = asObject(record.details['order']);
    const orderId = asText(order['orderId']);
    const state = orderStateSchema.safeParse(order['state']);
    const symbol = asText(order['symbol']) ?? record.scope;
    const fills = record.details['fills'];
    for (const one of Array.isArray(fills) ? fills : []) this.#fill(asObject(one), symbol, record.seq);
    if (orderId === null || !state.success) return null;
    const price = asNumber(order['price']);
    const reported: ReportedOrder = {
      orderId,
      symbol,
      venue: asText(order['venue']) ?? '',
      owner: asText(order['owner']) ?? '',
      strategy: asText(order['strategy']),
      side: asText(order['side']) ?? '',
      price: price === null ? 'market' : this.#units.price(price, symbol),
      size: this.#units.size(asNumber(order['size']) ?? 0, symbol),
      filled: this.#units.size(asNumber(order['filled']) ?? 0, symbol),
      state: state.data,
      seq: record.seq,
    };
    this.#orders.set(orderId, reported);
    return reported;
  }

  of(orderId: string): ReportedOrder | undefined {
    return this.#orders.get(orderId);
  }

  open(): ReportedOrder[] {
    return [...this.#orders.values()].filter(({ state }) => isOpen(state));
  }

  /** Forgets what is over, where only open orders still matter. */
  prune(): void {
    for (const [id, { state }] of this.#orders) if (!isOpen(state)) this.#orders.delete(id);
  }

  /** Net by symbol from our own fills, long positive, with the record of the last. */
  positions(): { readonly symbol: string; readonly size: string; readonly seq: number }[] {
    return [...this.#net]
      .filter(([, { lots }]) => lots !== 0)
      .map(([symbol, { lots, seq }]) => ({ symbol, size: this.#units.size(lots, symbol), seq }));
  }

  #fill(fill: Readonly<Record<string, unknown>>, symbol: string, seq: number): void {
    const id = `${symbol} ${asText(fill['fillId']) ?? String(seq)}`;
    if (this.#fills.has(id)) return;
    this.#fills.add(id);
    const lots = (asNumber(fill['size']) ?? 0) * (fill['side'] === 'sell' ? -1 : 1);
    this.#net.set(symbol, { lots: (this.#net.get(symbol)?.lots ?? 0) + lots, seq });
  }
}
