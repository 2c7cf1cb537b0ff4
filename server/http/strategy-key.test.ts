import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import type { Reply } from '../../protocol/commands.ts';
import { SCOPES, type Scope } from '../../protocol/people.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Micros, StrategyId } from '../../protocol/units.ts';
import type { AuditEntry } from '../audit/record.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { StrategyKeys, type KeyHolder } from './strategy-key.ts';
import { StrategyLimits } from './strategy-limits.ts';
import { StrategySockets } from './strategy-sockets.ts';

const KEY = 'k'.repeat(43);
const maker = 'maker' as StrategyId;
const order = { clientId: 'c1', symbol: 'BTCUSDT', side: 'buy', type: 'limit', price: '1', size: '1' };

/** A key that a test revokes, or lets expire. */
class Keys {
  scopes: readonly Scope[] = SCOPES;
  state: 'good' | 'expired' | 'revoked' = 'good';
  readonly logged: AuditEntry[] = [];
  readonly keys = new StrategyKeys({
    keys: { ofKey: (key) => this.#ofKey(key) },
    log: { appendNow: (entry) => void this.logged.push(entry) },
  });

  #ofKey(key: string): Result<KeyHolder> {
    if (key !== KEY || this.state === 'revoked') return refuse('key-unknown', 'This key is not known here.');
    if (this.state === 'expired') return refuse('key-expired', 'The key of maker has expired.');
    return ok({ account: maker, scopes: this.scopes });
  }
}

describe('R-11: a strategy’s key', () => {
  it('does what its scopes say; the rest is refused by a named rule and recorded', () => {
    const all = new Keys();
    for (const mine of SCOPES) {
      all.scopes = [mine];
      for (const asked of SCOPES) {
        const checked = all.keys.check(KEY, asked, '127.0.0.1');
        if (asked === mine) expect(checked).toEqual({ ok: true, strategy: maker });
        else
          expect(checked).toMatchObject({
            ok: false,
            reply: {
              code: 'not-allowed',
              rule: { rule: 'unauthorised', requirement: 'R-11', limit: asked, observed: mine },
            },
          });
      }
    }
    expect(all.logged).toHaveLength(6);
    expect(all.logged[0]).toMatchObject({
      actor: 'strategy:maker',
      action: 'strategy.refused',
      by: { address: '127.0.0.1' },
    });
  });

  it('is refused by name when it has expired, is unknown, or is not there, and never written down', () => {
    const all = new Keys();
    const codes = [KEY, 'x'.repeat(43), null].map((key) => {
      const checked = all.keys.check(key, 'order.place', '127.0.0.1');
      return checked.ok ? 'ok' : checked.reply.code;
    });
    expect(codes).toEqual(['ok', 'key-unknown', 'key-unknown']);
    all.state = 'expired';
    expect(all.keys.check(KEY, null, '127.0.0.1')).toMatchObject({ reply: { code: 'key-expired' } });
    expect(JSON.stringify(all.logged)).not.toContain(KEY);
  });
});

describe('a strategy’s socket', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  async function connected(all: Keys): Promise<{ socket: Socket; clock: ManualClock; did: string[] }> {
    const clock = new ManualClock();
    const did: string[] = [];
    const done = (what: string): Promise<Reply> => {
      did.push(what);
      return Promise.resolve({ ok: true, sentence: what, at: 1 as Micros, orderId: null });
    };
    const http = createServer();
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    const sockets = new StrategySockets(http, {
      clock,
      keys: all.keys,
      desk: {
        place: () => done('place'),
        cancel: () => done('cancel'),
        cancelAll: () => done('all'),
        orders: () => [],
      },
      seen: () => undefined,
      limits: new StrategyLimits(clock),
      names: () => new Set([`127.0.0.1:${port}`]),
    });
    const socket = io(`http://127.0.0.1:${port}`, {
      path: '/strategy',
      transports: ['websocket'],
      auth: { key: KEY },
      reconnection: false,
    });
    closing.push(() => {
      socket.close();
      sockets.close();
      http.close();
    });
    await new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(undefined));
      socket.once('connect_error', reject);
    });
    return { socket, clock, did };
  }

  it.each(['revoked', 'expired'] as const)(
    'dies within a second of its key being %s, and does nothing before',
    async (how) => {
      const all = new Keys();
      const { socket, clock, did } = await connected(all);
      all.state = how;
      const reply = (await socket.emitWithAck('order.place', order)) as Reply;
      expect(reply).toMatchObject({ ok: false, rule: { requirement: 'R-11' } });
      expect(did).toEqual([]);
      const gone = new Promise((resolve) => socket.once('disconnect', resolve));
      clock.advance(999);
      await gone;
      expect(socket.connected).toBe(false);
    },
  );

  it('places and cancels only what its key may', async () => {
    const all = new Keys();
    const { socket, did } = await connected(all);
    all.scopes = ['order.cancel'];
    expect(await socket.emitWithAck('order.place', order)).toMatchObject({ code: 'not-allowed' });
    expect(await socket.emitWithAck('order.cancel', 'cw-1')).toMatchObject({ ok: true });
    expect(did).toEqual(['cancel']);
  });

  it('is not let in with an expired key, and told why', async () => {
    const all = new Keys();
    all.state = 'expired';
    await expect(connected(all)).rejects.toThrow('The key of maker has expired.');
  });
});
