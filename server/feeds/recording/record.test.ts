import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { SystemClock } from '../../clock.ts';
import { binanceSpot } from '../dialects/binance-spot.ts';
import { readLines } from '../replay/lines.ts';
import { FakeVenue } from '../testing/fake-venue.ts';
import { recordSchema } from './format.ts';
import { record } from './record.ts';
import type { Result } from '../../../protocol/result.ts';

const folder = mkdtempSync(join(tmpdir(), 'cwts-record-'));
let venue: FakeVenue | null = null;
afterEach(async () => {
  await venue?.kill();
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
});

type Line = z.infer<typeof recordSchema>;

async function linesOf(file: string): Promise<Line[]> {
  const lines = [];
  for await (const line of readLines(file)) lines.push(recordSchema.parse(JSON.parse(line)));
  return lines;
}

/** Records until the line that is printed each second fits. */
async function recordUntil(
  source: FakeVenue,
  enough: (line: string) => boolean,
  symbols: readonly string[] | 'all' = 'all',
): Promise<{ file: string; ended: Result<string> }> {
  const file = join(folder, 'out.jsonl.gz');
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const { restUrl: rest, wsUrl: ws } = source;
  const ended = await record(
    { dialect: binanceSpot, out: file, minutes: 1, symbols, rest, ws, mostBytes: 1e9 },
    {
      clock: new SystemClock(),
      version: 'test',
      environment: {},
      say: (line) => {
        if (enough(line)) stop();
      },
      stopped,
    },
  );
  return { file, ended };
}

describe('the recorder', () => {
  it('keeps both directions, every answer, and the clock it measured', async () => {
    const source = (venue = await new FakeVenue().start());
    source.timeOffsetMs = 250;
    const before = Date.now() / 1000;
    const frames: string[] = [];
    const { file, ended } = await recordUntil(source, (line) => {
      for (const socket of source.sockets) {
        const frame = source.tradeFrame('AAAUSDT', '100.00', '1.000');
        frames.push(frame);
        socket.send(frame);
      }
      return / [3-9] frames/.test(line);
    });
    expect(ended).toMatchObject({ ok: true });
    const lines = await linesOf(file);
    const [header] = lines;
    if (header?.t !== 'header') throw new Error('no header');
    expect(header).toMatchObject({
      format: 1,
      dialect: 'binance-spot',
      symbols: 'all',
      rest: source.restUrl,
    });
    expect(header.clock?.offsetMs).toBeGreaterThan(200);
    expect(header.clock?.offsetMs).toBeLessThan(300);

    expect(lines.flatMap((line) => (line.t === 'connect' ? [line.addr] : []))).toEqual([
      `${source.wsUrl}/stream`,
    ]);
    const sent = lines.flatMap((line) => (line.t === 'send' ? [JSON.parse(line.data) as unknown] : []));
    expect(sent).toEqual(source.received);
    const received = lines.flatMap((line) => (line.t === 'recv' ? [line.data ?? ''] : []));
    expect(received[0]).toContain('"result":null');
    expect(frames.slice(0, received.length - 1)).toEqual(received.slice(1));
    expect(received.length).toBeGreaterThan(2);

    const asked = lines.flatMap((line) => (line.t === 'http' ? [line.url.slice(source.restUrl.length)] : []));
    expect(asked).toContain('/api/v3/exchangeInfo');
    expect(asked).toContain('/api/v3/depth?symbol=AAAUSDT&limit=1000');
    expect(asked).toContain('/api/v3/klines?symbol=BBBUSDT&interval=1s&limit=1000');
    // A console's first question for candles is asked too, so that a replay can answer it.
    expect(asked).toContain('/api/v3/klines?symbol=BBBUSDT&interval=1m&limit=1000');
    const times = lines.flatMap((line) => (line.t === 'header' ? [] : [line.ts]));
    expect(Math.min(...times)).toBeGreaterThan(before - 0.01);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });

  it('a connection that is lost, and the next one, each has its number', async () => {
    const source = (venue = await new FakeVenue().start());
    let dropped = false;
    const { file } = await recordUntil(source, (line) => {
      if (!dropped && line.includes('live')) {
        dropped = true;
        for (const socket of source.sockets) socket.close();
      }
      return line.includes('2 connections');
    });
    const lines = await linesOf(file);
    const life = lines.flatMap((line) =>
      line.t === 'connect' || line.t === 'close' ? [`${line.t} ${line.conn}`] : [],
    );
    expect(life).toEqual(['connect 1', 'close 1', 'connect 2', 'close 2']);
  });

  it('a symbol that the venue does not list ends it with the sentence', async () => {
    const source = (venue = await new FakeVenue().start());
    const { file, ended } = await recordUntil(source, () => false, ['NOPE']);
    expect(ended).toMatchObject({ ok: false, error: { sentence: 'The venue does not list NOPE.' } });
    expect((await linesOf(file)).map(({ t }) => t)).toContain('http');
  });

  it('ends at its largest size', async () => {
    const source = (venue = await new FakeVenue().start());
    const { restUrl: rest, wsUrl: ws } = source;
    const ended = await record(
      { dialect: binanceSpot, out: join(folder, 'o.gz'), minutes: 1, symbols: 'all', rest, ws, mostBytes: 1 },
      {
        clock: new SystemClock(),
        version: 'test',
        environment: {},
        say: () => undefined,
        stopped: new Promise(() => undefined),
      },
    );
    expect(ended).toMatchObject({ ok: true });
    if (ended.ok) expect(ended.value).toContain('at its largest size');
  });

  it('needs the key of a venue that has one, before it makes a file; it never writes it', async () => {
    const source = (venue = await new FakeVenue().start());
    const { restUrl: rest, wsUrl: ws } = source;
    const out = join(folder, 'key.gz');
    const keyed = { ...binanceSpot, secretHeaders: { 'X-KEY': 'test-key' } };
    const run = (environment: Record<string, string>) =>
      record(
        { dialect: keyed, out, minutes: 1, symbols: 'all', rest, ws, mostBytes: 1 },
        {
          clock: new SystemClock(),
          version: 'test',
          environment,
          say: () => undefined,
          stopped: new Promise(() => undefined),
        },
      );
    expect(await run({})).toMatchObject({ ok: false, error: { code: 'secret-missing' } });
    expect(existsSync(out)).toBe(false);
    expect(await run({ CWTS_TEST_KEY: 'very-secret-indeed' })).toMatchObject({ ok: true });
    expect(JSON.stringify(await linesOf(out))).not.toContain('very-secret-indeed');
  });
});
