import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

interface Captured {
  readonly t: 'header' | 'http' | 'connect' | 'recv';
  readonly ts: number;
  readonly url: string;
  readonly data: string;
}
interface Depth {
  U: number;
  u: number;
  b: [string, string][];
  a: [string, string][];
}
interface Snapshot {
  lastUpdateId: number;
  bids: [string, string][];
  asks: [string, string][];
}

const file = new URL('../config/captures/sim-60s.jsonl.gz', import.meta.url);

describe('the capture in the repository', () => {
  const records = gunzipSync(readFileSync(file))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Captured);

  it('says that it is simulated, lasts a minute, and is in order of time', () => {
    expect(records[0]).toMatchObject({ t: 'header', exchange: 'BINANCE', origin: 'SIM', sim: true });
    const times = records.slice(1).map(({ ts }) => ts);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(60);
  });

  it('holds a book for every instrument that joins its snapshot, has no gap and is never crossed', () => {
    const snapshots = new Map<string, Snapshot>();
    const diffs = new Map<string, Depth[]>();
    for (const record of records) {
      if (record.t === 'http' && record.url.includes('/depth?')) {
        const symbol = new URL(record.url).searchParams.get('symbol') ?? '';
        snapshots.set(symbol, JSON.parse(record.data) as Snapshot);
      } else if (record.t === 'recv' && record.data.includes('"depthUpdate"')) {
        const { data } = JSON.parse(record.data) as { data: Depth & { s: string } };
        const list = diffs.get(data.s);
        if (list) list.push(data);
        else diffs.set(data.s, [data]);
      }
    }
    expect(snapshots.size).toBe(12);
    for (const [symbol, snapshot] of snapshots) {
      const sides = [new Map(snapshot.bids), new Map(snapshot.asks)] as const;
      let last = snapshot.lastUpdateId;
      const kept = (diffs.get(symbol) ?? []).filter(({ u }) => u > snapshot.lastUpdateId);
      expect(kept.length).toBeGreaterThan(500);
      expect(kept[0]?.U).toBeLessThanOrEqual(last + 1);
      for (const [index, { U, u, b, a }] of kept.entries()) {
        if (index > 0) expect(U).toBe(last + 1);
        last = u;
        for (const [side, rows] of [[sides[0], b] as const, [sides[1], a] as const]) {
          for (const [price, size] of rows) {
            if (Number(size) === 0) side.delete(price);
            else side.set(price, size);
          }
        }
        const [bid, ask] = [
          Math.max(...[...sides[0].keys()].map(Number)),
          Math.min(...[...sides[1].keys()].map(Number)),
        ];
        expect(bid).toBeLessThan(ask);
      }
    }
  });
});
