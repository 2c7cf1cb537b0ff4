import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { LiveFeed, STALE_MS } from './live-feed.ts';

const book = JSON.stringify({
  stream: 'ethusdt@depth20@100ms',
  data: { lastUpdateId: 1, bids: [['10.00', '1']], asks: [['10.01', '1']] },
});

describe('a live feed of paper trading', () => {
  let server: WebSocketServer;
  let feed: LiveFeed;
  let venueSide: Promise<WebSocket>;
  const said: string[] = [];
  let heard = (): void => undefined;
  /** Resolves at the next event. */
  const event = (): Promise<void> =>
    new Promise((resolve) => {
      heard = resolve;
    });

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    venueSide = new Promise((resolve) => server.once('connection', resolve));
    said.length = 0;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    feed = new LiveFeed(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      onEvent: (stream) => {
        said.push(stream);
        heard();
      },
      onLost: () => said.push('lost'),
    });
  });
  afterEach(() => {
    feed.close();
    vi.useRealTimers();
    for (const client of server.clients) client.terminate();
    server.close();
  });

  it('forgets the books after 2.5 s without a frame, and goes on with the next on the same connection', async () => {
    const venue = await venueSide;
    for (let n = 0; n < 2; n++) {
      const next = event();
      venue.send(book);
      await next;
      vi.advanceTimersByTime(STALE_MS - 1);
      expect(said.at(-1)).toBe('ethusdt@depth20@100ms');
    }
    vi.advanceTimersByTime(1);
    expect(said.slice(2)).toEqual(['lost']);
    vi.advanceTimersByTime(STALE_MS);
    const next = event();
    venue.send(book);
    await next;
    expect(said.slice(2)).toEqual(['lost', 'ethusdt@depth20@100ms']);
    expect(server.clients.size).toBe(1);
  });

  it('says nothing more once it is closed', async () => {
    const venue = await venueSide;
    const next = event();
    venue.send(book);
    await next;
    feed.close();
    vi.advanceTimersByTime(60_000);
    expect(said).toHaveLength(1);
  });
});
