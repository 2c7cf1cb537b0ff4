import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { haveCaptures } from '../testing/captures.ts';
import { CAPTURED } from '../testing/captured.ts';
import { Collected } from '../testing/collected.ts';

/** A whole capture by a slow reader, on a machine that does other things too. */
const READ_MS = 180_000;

/** Frames of books, best prices and trades that are yet left to `JSON.parse`, and why. */
const LEFT_TO_PARSE: Readonly<Record<string, readonly [number, string]>> = {
  'ws-cryptofeed/BINANCE.jsonl.gz': [1, 'a book still holds a level from before its tick became larger'],
  'ws-cryptofeed/KRAKEN.jsonl.gz': [1, 'a price of 99,999,997 is beyond 2^53 of its ticks'],
};

const FAST: Readonly<Record<string, RegExp>> = {
  'binance-spot': /^\{"stream":"\w+@(trade|bookTicker|depth)/,
  'binance-usdm': /^\{"stream":"\w+@(trade|bookTicker|depth)/,
  'binance-coinm': /^\{"stream":"\w+@(trade|bookTicker|depth)/,
  coinbase: /^\{"channel":"(l2_data|market_trades)"(?!.*"type":"snapshot","trades")/,
  okx: /^\{"arg":\{"channel":"(books|trades)"/,
  'bybit-linear': /^\{"topic":"(orderbook|publicTrade)\./,
  'kraken-spot': /^\{"channel":"(book|trade)"/,
  'kraken-futures': /^\{"feed":"(book|trade)"/,
};

describe.skipIf(!haveCaptures())('every message of every capture', { timeout: READ_MS }, () => {
  it.each(Object.entries(CAPTURED))('%s: read from bytes as JSON.parse reads it', async (name, read) => {
    const { dialect, instruments, frames } = await read();
    expect(frames.length).toBeGreaterThan(0);
    const parse = vi.spyOn(JSON, 'parse');
    const ours = dialect.decoder(instruments);
    const parsed = dialect.decoder(instruments);
    const fast = new Collected();
    const slow = new Collected();
    let left = 0;
    for (const text of frames) {
      fast.of(ours, text);
      if (parse.mock.calls.length > 0 && FAST[dialect.id]?.test(text) === true) left += 1;
      // No venue begins with a blank: only JSON.parse takes it.
      slow.of(parsed, ` ${text}`);
      parse.mockClear();
      if (!isDeepStrictEqual(fast.told, slow.told))
        expect({ text, told: fast.told }).toEqual({ text, told: slow.told });
    }
    parse.mockRestore();
    expect(left).toBe(LEFT_TO_PARSE[name]?.[0] ?? 0);
  });
});
