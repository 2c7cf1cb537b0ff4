/** Frames as Coinbase Advanced Trade sends them, in its order of fields. */

/** The time that every frame carries, and the same in µs. */
export const STAMP = '2026-08-09T21:05:52.819568875Z';
export const STAMPED = 1_786_309_552_819_568;

export function frame(channel: string, sequence: number, events: readonly object[]): string {
  return JSON.stringify({ channel, timestamp: STAMP, sequence_num: sequence, events });
}
export function book(
  type: string,
  levels: readonly [string, string, string][],
  product_id = 'BTC-USD',
): object {
  const updates = levels.map(([side, price_level, new_quantity]) => ({
    side,
    event_time: STAMP,
    price_level,
    new_quantity,
  }));
  return { type, product_id, updates };
}
export const trade = (id: number, changes: object = {}): object => ({
  product_id: 'BTC-USD',
  trade_id: String(id),
  price: '100.50',
  size: '0.25',
  time: STAMP,
  side: 'SELL',
  ...changes,
});
