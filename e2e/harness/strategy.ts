import { readFileSync } from 'node:fs';
import { replySchema, type Reply } from '../../protocol/commands.ts';
import type { OrderRequest } from '../../protocol/orders.ts';
import { instrumentsReplySchema, quotesReplySchema } from '../../protocol/strategy.ts';

/** Where strategies reach a server. */
export interface StrategyEntrance {
  readonly control: string;
  readonly strategyKeyFile: string;
}

/** A strategy as the server knows it: its key, over REST. */
export class StrategyClient {
  readonly #url: string;
  readonly #key: string;
  #orders = 0;

  constructor({ control, strategyKeyFile }: StrategyEntrance) {
    this.#url = `${control}/api/v1`;
    this.#key = readFileSync(strategyKeyFile, 'utf8').trim();
  }

  async place(order: Partial<OrderRequest> & Pick<OrderRequest, 'symbol' | 'size'>): Promise<Reply> {
    this.#orders += 1;
    const whole: OrderRequest = {
      clientId: `e2e-${this.#orders}`,
      side: 'buy',
      type: order.price ? 'limit' : 'market',
      timeInForce: 'GTC',
      price: null,
      reduceOnly: false,
      ...order,
    };
    return this.placeRaw(whole);
  }

  /** Sends whatever is given, as a broken strategy would. */
  async placeRaw(body: unknown): Promise<Reply> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return replySchema.parse(await this.#ask('POST', '/orders', text));
  }

  /** Best bid and ask of an instrument, in ticks, with the instrument. */
  async quote(symbol: string) {
    const { instruments } = instrumentsReplySchema.parse(await this.#ask('GET', '/instruments'));
    const instrument = instruments.find((each) => each.symbol === symbol);
    if (!instrument) throw new Error(`there is no ${symbol}`);
    const { quotes } = quotesReplySchema.parse(await this.#ask('GET', '/quotes'));
    const quote = quotes.find((each) => each.instrument === instrument.index);
    if (!quote) throw new Error(`there is no quote of ${symbol}`);
    return { instrument, quote };
  }

  async #ask(method: string, path: string, body?: string): Promise<unknown> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        'x-cwts': '1',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    });
    return response.json();
  }
}
