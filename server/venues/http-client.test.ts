import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { SystemClock } from '../clock.ts';
import { until } from '../testing/desk.ts';
import { HttpClient } from './http-client.ts';

/** As many as the client's ordinary sockets. */
const SOCKETS = 32;

let server: Server | null = null;
let client: HttpClient | null = null;
afterEach(() => {
  client?.close();
  server?.closeAllConnections();
  server?.close();
});

/** A server that answers nothing before `answer`, and the client to it. */
async function waiting() {
  const paths: string[] = [];
  const held: (() => void)[] = [];
  let isAnswering = false;
  const listening = createServer((request, response) => {
    paths.push(request.url ?? '');
    if (isAnswering) response.end('{}');
    else held.push(() => response.end('{}'));
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const made = new HttpClient(
    `http://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    new SystemClock(),
  );
  client = made;
  const answer = (): void => {
    isAnswering = true;
    for (const release of held.splice(0)) release();
  };
  const ask = (path: string, mayLeave?: () => boolean, timeoutMs = 5000) =>
    made.request({
      method: 'POST',
      path,
      headers: {},
      timeoutMs,
      lane: 'normal',
      ...(mayLeave ? { mayLeave } : {}),
    });
  return { paths, answer, ask };
}

it('R-23 what waits for a socket is asked again when it gets one, and does not leave when it may not', async () => {
  const { paths, answer, ask } = await waiting();
  const busy = Array.from({ length: SOCKETS }, (_, n) => ask(`/busy-${n}`));
  await until('every socket is busy', () => paths.length === SOCKETS);
  let isOpen = true;
  const asked: boolean[] = [];
  const waited = ask('/waited', () => {
    asked.push(isOpen);
    return isOpen;
  });
  expect(asked).toEqual([]);
  isOpen = false;
  answer();
  expect(await waited).toMatchObject({ ok: false, error: { sent: false, calledBack: true } });
  expect((await Promise.all(busy)).every((reply) => reply.ok)).toBe(true);
  expect(asked).toEqual([false]);
  // The next one goes over the same sockets.
  expect((await ask('/later', () => true)).ok).toBe(true);
  expect(paths).not.toContain('/waited');
  expect(paths).toContain('/later');
});

it('R-23 what waits for its connection to be made is asked once it is', async () => {
  const { paths, ask } = await waiting();
  let isOpen = true;
  const waited = ask('/first', () => isOpen);
  isOpen = false;
  expect(await waited).toMatchObject({ ok: false, error: { sent: false } });
  expect(paths).toEqual([]);
});

it('what ran out of time while it waited for a socket was never sent', async () => {
  const { paths, ask } = await waiting();
  for (let n = 0; n < SOCKETS; n++) void ask(`/busy-${n}`);
  await until('every socket is busy', () => paths.length === SOCKETS);
  expect(await ask('/late', () => true, 20)).toMatchObject({
    ok: false,
    error: { sent: false, calledBack: false },
  });
  expect(paths).toHaveLength(SOCKETS);
});
