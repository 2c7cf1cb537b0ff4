import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { envelopeSchema } from './commands.ts';
import { candlesQuerySchema, handshakeSchema, serverMessageSchema, subscriptionSchema } from './messages.ts';
import { orderRequestSchema } from './orders.ts';
import { unitSchema } from './units.ts';
import { PROTOCOL_VERSION, versionRefusal } from './version.ts';

const order = { clientId: 'a-1', symbol: 'BTCUSDT', side: 'buy', type: 'limit', price: '1.5', size: '2' };
const envelope = (command: object): object => ({ id: 'command-1', expiresAt: 1, command });
const subscription = { quotes: 'all', trades: [], books: [], bars: true, hz: 20 };

describe('versions', () => {
  it('equal ones agree, otherwise the older side is named', () => {
    expect(versionRefusal(PROTOCOL_VERSION, PROTOCOL_VERSION)).toBeNull();
    expect(versionRefusal(1, 2)).toBe('upgrade-console');
    expect(versionRefusal(2, 1)).toBe('upgrade-server');
  });
});

describe('units from outside', () => {
  it.each([NaN, Infinity, 1.5, 2 ** 53, 1e21, '1', null, undefined, 1n, {}])(
    '%s is no ticks, lots, time or instrument',
    (value) => {
      for (const name of ['ticks', 'lots', 'micros', 'instrument', 'count'] as const) {
        expect(unitSchema[name].safeParse(value).success).toBe(false);
      }
    },
  );

  it('an instrument and a count are not negative; 65,535 is no instrument', () => {
    expect(unitSchema.instrument.safeParse(-1).success).toBe(false);
    expect(unitSchema.count.safeParse(-1).success).toBe(false);
    expect(unitSchema.instrument.safeParse(65_534).success).toBe(true);
    expect(unitSchema.instrument.safeParse(65_535).success).toBe(false);
  });

  it('money is a whole decimal string', () => {
    for (const text of ['0', '-12', '1'.repeat(30)])
      expect(unitSchema.quoteMicros.safeParse(text).success).toBe(true);
    for (const text of ['', '1.5', '1e3', ' 1', '+1', '1\n']) {
      expect(unitSchema.quoteMicros.safeParse(text).success).toBe(false);
    }
  });
});

describe('what comes from a console', () => {
  it.each([
    ['halt.press', { type: 'halt.press', haltId: 'halt-0001', reason: 'why' }],
    [
      'halt.cancel-all',
      { type: 'halt.cancel-all', haltId: 'halt-0001', factor: { kind: 'totp', code: '012345' } },
    ],
    ['order.place', { type: 'order.place', order }],
    ['order.cancel-all', { type: 'order.cancel-all' }],
  ])('%s is a command', (_, command) => {
    expect(envelopeSchema.safeParse(envelope(command)).success).toBe(true);
  });

  it.each([
    ['an unknown type', { type: 'halt.forget' }],
    ['a member too many', { type: 'order.cancel-all', force: true }],
    ['an empty reason', { type: 'halt.press', haltId: 'halt-0001', reason: '  ' }],
    [
      'a code of five digits',
      { type: 'halt.cancel-all', haltId: 'halt-0001', factor: { kind: 'totp', code: '12345' } },
    ],
    ['a price that is a number', { type: 'order.place', order: { ...order, price: 1.5 } }],
    ['a size that is NaN', { type: 'order.place', order: { ...order, size: NaN } }],
    ['a client id with blanks', { type: 'order.place', order: { ...order, clientId: 'a b' } }],
  ])('%s is refused', (_, command) => {
    expect(envelopeSchema.safeParse(envelope(command)).success).toBe(false);
  });

  it('an order’s defaults are good till cancelled and not reduce-only', () => {
    expect(orderRequestSchema.parse(order)).toMatchObject({ timeInForce: 'GTC', reduceOnly: false });
  });

  it.each([
    [{ hz: 30 }],
    [{ hz: NaN }],
    [{ books: Array.from({ length: 17 }, () => 1) }],
    [{ quotes: Array.from({ length: 4097 }, () => 1) }],
    [{ quotes: 'some' }],
    [{ trades: [1.5] }],
    [{ depth: 100 }],
  ])('the subscription %j is refused', (part) => {
    expect(subscriptionSchema.safeParse(subscription).success).toBe(true);
    expect(subscriptionSchema.safeParse({ ...subscription, ...part }).success).toBe(false);
  });

  it('any JSON at all is parsed or refused, never thrown at', () => {
    const schemas = [
      envelopeSchema,
      subscriptionSchema,
      candlesQuerySchema,
      handshakeSchema,
      serverMessageSchema,
    ];
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.anything()), (value) => {
        for (const schema of schemas) schema.safeParse(value);
      }),
    );
  });
});
