import type { z } from 'zod';
import { formatPrice, formatSize, type Instrument } from '../../../protocol/instrument.ts';
import { ok } from '../../../protocol/result.ts';
import type { Micros, VenueId } from '../../../protocol/units.ts';
import type { Cancel, Clock } from '../../clock.ts';
import { HttpClient } from '../http-client.ts';
import { Latencies } from '../latency.ts';
import type {
  Balance,
  Lane,
  OrderTarget,
  OutgoingOrder,
  Permit,
  RedeemPermit,
  VenueAdapter,
  VenueEvent,
  VenueOrder,
  VenueResult,
  VenueStatus,
} from '../types.ts';
import { WeightBudget, type Purpose } from './budget.ts';
import {
  accountSchema,
  balancesOf,
  cancelledSchema,
  executionReportSchema,
  fromReport,
  fromRest,
  orderSchema,
  ordersSchema,
} from './decode.ts';
import { BinanceRest, RECV_WINDOW_MS, type Credentials } from './rest.ts';
import type { Params } from './sign.ts';
import { UserStream } from './user-stream.ts';

export interface BinanceSpotOptions {
  readonly id: VenueId;
  readonly name: string;
  /** The feed whose instruments it trades. */
  readonly feed: VenueId;
  /** `https://api.binance.com`, or the simulated exchange's. */
  readonly restUrl: string;
  /** `wss://ws-api.binance.com:443`, or the simulated exchange's. */
  readonly wsUrl: string;
  readonly credentials: Credentials;
  readonly redeem: RedeemPermit;
  readonly clock: Clock;
  /** 0 … 1, for the jitter of reconnecting. */
  readonly random: () => number;
}

const TIME_SYNC_MS = 10_000;
const UNKNOWN_ORDER = ['binance-2011', 'binance-2013'];
const TYPES = { limit: 'LIMIT', market: 'MARKET', 'post-only': 'LIMIT_MAKER' } as const;

/** One Binance spot account, live or simulated: the same code with another address. */
export class BinanceSpot implements VenueAdapter {
  readonly id: VenueId;
  readonly name: string;
  readonly feed: VenueId;
  readonly hasDeadMan = false;
  readonly arrivalLimitMs = RECV_WINDOW_MS + 1000;
  readonly #options: BinanceSpotOptions;
  readonly #http: HttpClient;
  readonly #rest: BinanceRest;
  readonly #stream: UserStream;
  readonly #budget = new WeightBudget();
  readonly #latencies = new Latencies();
  readonly #listeners = new Set<(event: VenueEvent) => void>();
  #instruments: ReadonlyMap<string, Instrument> = new Map();
  #streamState: VenueStatus['privateStream'] = 'down';
  #streamTrouble: string | null = null;
  #generation = 0;
  #lastEventAt: Micros | null = null;
  #stopSync: Cancel | null = null;

  constructor(options: BinanceSpotOptions) {
    const { clock, credentials } = options;
    this.id = options.id;
    this.name = options.name;
    this.feed = options.feed;
    this.#options = options;
    this.#http = new HttpClient(options.restUrl, clock);
    this.#rest = new BinanceRest(this.#http, this.#budget, clock, credentials);
    this.#stream = new UserStream({
      url: options.wsUrl,
      credentials,
      clock,
      random: options.random,
      venueMs: () => this.#rest.venueMs(),
      onEvent: (event) => this.#event(event),
      onState: (state, generation) => this.#streamIs(state, generation),
      onTrouble: (sentence) => this.#trouble(sentence),
    });
  }

  setInstruments(instruments: readonly Instrument[]): void {
    this.#instruments = new Map(instruments.map((instrument) => [instrument.symbol, instrument]));
    this.#learnLimit();
  }

  /** Until the venue has said it; what it trades has to be known first, and a replay asks nobody. */
  #learnLimit(): void {
    const [symbol] = this.#instruments.keys();
    if (symbol !== undefined && this.#stopSync) void this.#rest.learnLimit(symbol);
  }

  start(): void {
    if (this.#stopSync) return;
    this.#stopSync = this.#options.clock.setRepeating(TIME_SYNC_MS, () => {
      void this.#rest.syncTime();
      this.#learnLimit();
    });
    this.#learnLimit();
    void this.#rest.syncTime().then(() => {
      if (this.#stopSync) this.#stream.start();
    });
  }

  stop(): Promise<void> {
    this.#stopSync?.();
    this.#stopSync = null;
    this.#stream.stop();
    this.#streamState = 'down';
    this.#http.close();
    return Promise.resolve();
  }

  async place(order: OutgoingOrder, permit: Permit): Promise<VenueResult<VenueOrder>> {
    const { clock, redeem } = this.#options;
    const sent: { at: number | null } = { at: null };
    // Nothing waits between this question and the write.
    const mayLeave = (): boolean => {
      const isLetThrough = redeem(permit, order.orderId);
      if (isLetThrough) sent.at = clock.monotonicMicros();
      return isLetThrough;
    };
    const reply = await this.#rest.send({
      method: 'POST',
      path: '/api/v3/order',
      params: placeParams(order),
      weight: 1,
      purpose: 'order',
      lane: 'normal',
      mayLeave,
    });
    if (!reply.ok && reply.error.code === 'called-back') {
      const sentence = 'The gate closed before the order left.';
      return { ok: false, error: { code: 'gate-closed', sentence, executed: 'no', retryAfterMs: null } };
    }
    const answered = reply.ok || reply.error.code.startsWith('binance');
    if (answered && sent.at !== null) this.#latencies.add((clock.monotonicMicros() - sent.at) / 1000);
    return reply.ok ? this.#order(reply.value) : reply;
  }

  async cancel(target: OrderTarget, lane: Lane): Promise<VenueResult<VenueOrder | null>> {
    return this.#one('DELETE', target, 1, 'lower', lane);
  }

  async order(target: OrderTarget, lane: Lane): Promise<VenueResult<VenueOrder | null>> {
    return this.#one('GET', target, 4, lane === 'halt' ? 'lower' : 'order', lane);
  }

  async cancelAll(symbol: string, lane: Lane): Promise<VenueResult<number>> {
    const [method, path] = ['DELETE', '/api/v3/openOrders'] as const;
    const reply = await this.#rest.send({
      method,
      path,
      params: { symbol },
      weight: 1,
      purpose: 'lower',
      lane,
    });
    if (!reply.ok) return UNKNOWN_ORDER.includes(reply.error.code) ? ok(0) : reply;
    const orders = cancelledSchema.safeParse(reply.value);
    return orders.success ? ok(orders.data.length) : unreadable('cancel-all', 'perhaps');
  }

  async openOrders(lane: Lane): Promise<VenueResult<readonly VenueOrder[]>> {
    const [method, path] = ['GET', '/api/v3/openOrders'] as const;
    const purpose = lane === 'halt' ? 'lower' : 'read';
    const reply = await this.#rest.send({ method, path, params: {}, weight: 80, purpose, lane });
    if (!reply.ok) return reply;
    const orders = ordersSchema.safeParse(reply.value);
    if (!orders.success) return unreadable('list of open orders', 'no');
    return ok(orders.data.map((row) => fromRest(row, this.#instrumentOf)));
  }

  async account(): Promise<VenueResult<readonly Balance[]>> {
    const [method, path] = ['GET', '/api/v3/account'] as const;
    const reply = await this.#rest.send({
      method,
      path,
      params: {},
      weight: 20,
      purpose: 'read',
      lane: 'normal',
    });
    if (!reply.ok) return reply;
    const account = accountSchema.safeParse(reply.value);
    return account.success ? ok(balancesOf(account.data)) : unreadable('account', 'no');
  }

  onEvent(listener: (event: VenueEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  status(): VenueStatus {
    const now = this.#options.clock.monotonicMicros();
    const offset = this.#rest.clockOffset();
    return {
      venue: this.id,
      name: this.name,
      privateStream: this.#streamState,
      generation: this.#generation,
      lastEventAt: this.#lastEventAt,
      clockOffsetMs: offset?.offsetMs ?? null,
      clockUncertaintyMs: offset?.uncertaintyMs ?? null,
      orderLatency: this.#latencies.summary(),
      weight: {
        used: this.#budget.used(now),
        limit: this.#budget.told,
        reservedForHalt: this.#budget.reserved,
        blockedForMs: this.#budget.blockedForMs(now),
      },
      trouble: this.#rest.trouble ?? this.#streamTrouble,
    };
  }

  readonly #instrumentOf = (symbol: string): Instrument | undefined => this.#instruments.get(symbol);

  async #one(
    method: 'GET' | 'DELETE',
    target: OrderTarget,
    weight: number,
    purpose: Purpose,
    lane: Lane,
  ): Promise<VenueResult<VenueOrder | null>> {
    const params = targetParams(target);
    const reply = await this.#rest.send({
      method,
      path: '/api/v3/order',
      params,
      weight,
      purpose,
      lane,
    });
    if (reply.ok) return this.#order(reply.value);
    return UNKNOWN_ORDER.includes(reply.error.code) ? ok(null) : reply;
  }

  #order(value: unknown): VenueResult<VenueOrder> {
    const row = orderSchema.safeParse(value);
    return row.success ? ok(fromRest(row.data, this.#instrumentOf)) : unreadable('order', 'perhaps');
  }

  #event(event: unknown): void {
    this.#lastEventAt = this.#options.clock.wallMicros();
    if (!isExecutionReport(event)) return;
    const report = executionReportSchema.safeParse(event);
    if (report.success) this.#tell({ kind: 'order', order: fromReport(report.data, this.#instrumentOf) });
    else this.#trouble('The venue reported an order in a form that we can not read.');
  }

  #streamIs(state: VenueStatus['privateStream'], generation: number): void {
    const before = this.#streamState;
    this.#streamState = state;
    this.#generation = generation;
    if (state === 'up') this.#streamTrouble = null;
    if (state === 'up' || before === 'up') this.#tell({ kind: 'stream', up: state === 'up', generation });
  }

  #trouble(sentence: string): void {
    this.#streamTrouble = sentence;
    this.#tell({ kind: 'trouble', sentence });
  }

  #tell(event: VenueEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function placeParams({ orderId, instrument, side, type, timeInForce, price, size }: OutgoingOrder): Params {
  return {
    symbol: instrument.symbol,
    side: side === 'buy' ? 'BUY' : 'SELL',
    type: TYPES[type],
    ...(type === 'limit' ? { timeInForce } : {}),
    quantity: formatSize(size, instrument),
    ...(price === null ? {} : { price: formatPrice(price, instrument) }),
    newClientOrderId: orderId,
    newOrderRespType: 'FULL',
  };
}

function targetParams({ symbol, clientOrderId, venueOrderId }: OrderTarget): Params {
  if (clientOrderId !== null) return { symbol, origClientOrderId: clientOrderId };
  return venueOrderId === null ? { symbol } : { symbol, orderId: venueOrderId };
}

function isExecutionReport(event: unknown): event is z.input<typeof executionReportSchema> {
  return typeof event === 'object' && event !== null && 'e' in event && event.e === 'executionReport';
}

function unreadable(what: string, executed: 'no' | 'perhaps'): VenueResult<never> {
  const sentence = `The venue's ${what} came in a form that we can not read.`;
  return { ok: false, error: { code: 'unreadable', sentence, executed, retryAfterMs: null } };
}
