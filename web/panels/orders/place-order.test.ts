import { describe, expect, it } from 'vitest';
import type { Reply } from '../../../protocol/commands.ts';
import type { Factor } from '../../../protocol/factors.ts';
import type { OrderRequest } from '../../../protocol/orders.ts';
import type { Micros } from '../../../protocol/units.ts';
import { createStepUp } from '../../state/step-up.ts';
import { placeOrder, type Placed } from './use-place-order.ts';

const order: OrderRequest = {
  ...{ clientId: 'c1', symbol: 'BTCUSDT', side: 'buy', type: 'limit', timeInForce: 'GTC' },
  ...{ price: '60000.00', size: '0.5', reduceOnly: false },
};
const placed: Reply = { ok: true, sentence: 'Placed.', at: 1 as Micros, orderId: null };
const no = (code: string): Reply => ({ ok: false, code, sentence: `${code}.`, rule: null });
const code = (digits: string): Factor => ({ kind: 'totp', code: digits });

/** A server that answers as told, and the one dialog, in which `confirm` gives a factor. */
class Desk {
  readonly sent: { readonly factor?: Factor }[] = [];
  readonly stepUp = createStepUp();
  readonly #answers: (Reply | null | Promise<Reply | null>)[];

  constructor(...answers: (Reply | null | Promise<Reply | null>)[]) {
    this.#answers = answers;
  }

  place(): Promise<Placed> {
    return placeOrder(order, 'BTC-USDT', {
      send: (command) => {
        this.sent.push(command);
        return Promise.resolve(this.#answers.shift() ?? null);
      },
      ask: (question) => this.stepUp.ask(question),
    });
  }

  async asked() {
    for (let i = 0; i < 20 && !this.stepUp.getState().asked; i++) await Promise.resolve();
    return this.stepUp.getState().asked;
  }

  /** As the dialog does it: closes on what was accepted, stands on what was refused. */
  async confirm(factor: Factor): Promise<boolean> {
    const question = await this.asked();
    const done = await question?.perform?.(factor);
    if (done?.ok) question?.answer(factor);
    return done?.ok ?? false;
  }
}

describe('an order by hand', () => {
  it('is asked a factor for that is bound to it, and is sent with that', async () => {
    const desk = new Desk(no('factor-needed'), placed);
    const outcome = desk.place();
    expect(await desk.asked()).toMatchObject({ action: { type: 'order.place', order }, atOnce: true });
    expect((await desk.asked())?.sentence).toBe('Buys 0.5 BTC-USDT at 60000.00 or better (limit).');
    await desk.confirm(code('123456'));
    expect(await outcome).toBe(placed);
    expect(desk.sent).toEqual([
      { type: 'order.place', order },
      { type: 'order.place', order, factor: code('123456') },
    ]);
  });

  it('that the gate refuses asks nobody for a factor', async () => {
    const desk = new Desk(no('order-size'));
    expect(await desk.place()).toMatchObject({ code: 'order-size' });
    expect(await desk.asked()).toBeNull();
  });

  it('whose code was used stands in the dialog and takes the next one', async () => {
    const desk = new Desk(no('factor-needed'), no('code-used'), placed);
    const outcome = desk.place();
    expect(await desk.confirm(code('111111'))).toBe(false);
    expect(await desk.confirm(code('222222'))).toBe(true);
    expect(await outcome).toBe(placed);
  });

  it('that the gate refuses after all is the ticket’s to say, not the dialog’s', async () => {
    const desk = new Desk(no('factor-needed'), no('position'));
    const outcome = desk.place();
    expect(await desk.confirm(code('123456'))).toBe(true);
    expect(await outcome).toMatchObject({ code: 'position' });
  });

  it('let be before it was sent was not placed; let be while it was on its way says what became of it', async () => {
    const early = new Desk(no('factor-needed'));
    const nothing = early.place();
    await early.asked();
    early.stepUp.abandon();
    expect(await nothing).toBe('let-be');

    let answer: (reply: Reply) => void = () => undefined;
    const late = new Desk(no('factor-needed'), new Promise<Reply>((resolve) => (answer = resolve)));
    const outcome = late.place();
    const confirmed = late.confirm(code('123456'));
    await late.asked();
    late.stepUp.abandon();
    answer(placed);
    await confirmed;
    expect(await outcome).toBe(placed);
  });

  it('without an answer is lost, never “not placed”', async () => {
    const desk = new Desk(no('factor-needed'), null);
    const outcome = desk.place();
    expect(await desk.confirm(code('123456'))).toBe(false);
    desk.stepUp.abandon();
    expect(await outcome).toBe('lost');
  });
});
