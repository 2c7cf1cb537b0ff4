/** Records as a desk's day makes them, from a seed: for tests and benches. */
import type { AuditRecord } from '../../../protocol/audit.ts';
import { canonicalJson } from '../../../protocol/canonical.ts';
import { seeded } from '../../testing/seeded.ts';
import type { LoggedRecord } from '../projection.ts';

const START_MICROS = Date.UTC(2026, 0, 5, 8) * 1000;
const SYMBOLS = Array.from(
  { length: 64 },
  (_, i) => `${'BTC ETH SOL XRP ADA DOT LTC AVAX'.split(' ')[i % 8] ?? 'BTC'}${i < 8 ? '' : String(i)}USDT`,
);
const USERS = Array.from({ length: 24 }, (_, i) => `user${i}`);
const STRATEGIES = Array.from({ length: 16 }, (_, i) => `strategy-${i}`);
const REASONS = [
  'quotes look stale on the second venue',
  'fat finger in the basket, checking with the desk',
  'risk asked for a pause before the announcement',
  'positions differ from the venue after the reconnect',
];

/** Endless: record 1, 2, 3 …; two of one seed are equal. */
export function* dayOfRecords(seed: number): Generator<AuditRecord> {
  const random = seeded(seed);
  const pick = <T>(list: readonly [T, ...T[]] | readonly T[]): T =>
    list[Math.floor(random() * list.length)] as T;
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  const run = `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  const open: {
    id: string;
    client: string;
    strategy: string;
    symbol: string;
    price: number;
    venueId: string;
  }[] = [];
  let micros = START_MICROS;
  for (let seq = 1; ; seq++) {
    micros += Math.floor(random() * 40_000);
    const base = {
      v: 2 as const,
      seq,
      wall: `${micros}${String(Math.floor(random() * 1000)).padStart(3, '0')}`,
      wallError: random() < 0.98 ? '1200000' : null,
      mono: String(micros * 1000 - START_MICROS * 1000 + 7_000_000_000),
      run,
      code: '0.1.0+3f2c9d1',
      session: null,
      role: null,
      address: null,
      order: null,
      client: null,
      before: null,
      after: null,
      reason: null,
      factor: null,
      assertion: null,
      flags: random() < 0.002 ? ['spooled'] : [],
    };
    const roll = random();
    const by = (): Pick<AuditRecord, 'actor' | 'session' | 'role' | 'address'> => ({
      actor: pick(USERS),
      session: `s-${hex(12)}`,
      role: pick(['trader', 'risk-manager', 'compliance'] as const),
      address: `10.0.${Math.floor(random() * 8)}.${Math.floor(random() * 200)}`,
    });
    if (roll < 0.32 || open.length === 0) {
      const order = {
        id: `o-${hex(10)}`,
        client: `c${hex(16)}`,
        strategy: pick(STRATEGIES),
        symbol: pick(SYMBOLS),
        price: Math.floor(random() * 50_000) + 1000,
        venueId: String(Math.floor(random() * 1e12)),
      };
      open.push(order);
      yield {
        ...base,
        actor: order.strategy,
        action: 'order.place',
        scope: order.symbol,
        order: order.id,
        client: order.client,
        details: { order: viewOf(order, 'pending', 0), checks: ['price-collar', 'position', 'rate'] },
      };
    } else if (roll < 0.9) {
      const at = Math.floor(random() * open.length);
      const order = open[at] as (typeof open)[number];
      const state = pick(['working', 'partially-filled', 'filled', 'cancelled']);
      if (state === 'filled' || state === 'cancelled' || open.length > 400) open.splice(at, 1);
      const fills = state.includes('filled')
        ? [{ fillId: String(Math.floor(random() * 1e10)), price: order.price, size: 3 }]
        : [];
      yield {
        ...base,
        actor: 'server',
        action: 'order.change',
        scope: order.symbol,
        order: order.id,
        client: order.client,
        details: { order: viewOf(order, state, fills.length), fills, venueOrderId: order.venueId },
      };
    } else if (roll < 0.96) {
      const strategy = pick(STRATEGIES);
      yield {
        ...base,
        actor: strategy,
        action: 'order.refuse',
        scope: pick(SYMBOLS),
        client: `c${hex(16)}`,
        details: {
          code: pick(['price-collar', 'position-limit', 'rate-limit', 'halted']),
          refusals: Math.floor(random() * 20),
        },
      };
    } else if (roll < 0.985) {
      yield {
        ...base,
        ...by(),
        action: pick(['auth.login', 'auth.logout', 'auth.renew']),
        scope: 'console',
        factor: 'totp',
        details: { method: 'password and code' },
      };
    } else if (roll < 0.995) {
      yield {
        ...base,
        actor: 'server',
        action: 'alarm.raise',
        scope: pick(SYMBOLS),
        details: { alarm: 'feed:stale', sentence: 'No data for 5 s.' },
      };
    } else if (roll < 0.998) {
      const value = Math.floor(random() * 1e6);
      yield {
        ...base,
        ...by(),
        action: 'limits.change',
        scope: 'desk',
        before: { orderValue: value },
        after: { orderValue: value * 2 },
        reason: pick(REASONS),
        factor: 'passkey',
        details: {},
      };
    } else {
      yield {
        ...base,
        ...by(),
        action: pick(['halt.press', 'halt.cancel-all', 'halt.release', 'halt.take-back']),
        scope: 'firm',
        reason: pick(REASONS),
        factor: 'totp',
        details: { haltId: `h-${hex(12)}`, state: { phase: 'blocked', venues: 2 } },
      };
    }
  }
}

function viewOf(
  order: { id: string; client: string; strategy: string; symbol: string; price: number },
  state: string,
  filled: number,
): Record<string, unknown> {
  return {
    orderId: order.id,
    clientOrderId: order.client,
    strategy: order.strategy,
    symbol: order.symbol,
    side: order.price % 2 === 0 ? 'buy' : 'sell',
    type: 'limit',
    price: order.price,
    size: 3,
    filled,
    state,
    origin: 'SIM',
  };
}

export function logged(record: AuditRecord): LoggedRecord {
  return { seq: record.seq, payload: Buffer.from(canonicalJson(record)) };
}

/** Records `1` to `count`. */
export function firstRecords(seed: number, count: number): AuditRecord[] {
  const records: AuditRecord[] = [];
  for (const record of dayOfRecords(seed)) {
    records.push(record);
    if (records.length === count) break;
  }
  return records;
}
