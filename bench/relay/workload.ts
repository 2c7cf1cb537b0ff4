/** What every side of the comparison carries: 64 instruments, 100 ticks/s each, 20 frames/s. */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

export const INSTRUMENTS = 64;
export const TICKS_PER_SECOND = 100;
export const FRAMES_PER_SECOND = 20;
export const HEARTBEATS_PER_SECOND = 4;
export const CLIENTS = 100;
/** How often the writers run; each time they write what is due since the last time. */
export const WRITE_EVERY_MS = 5;

/** One tick's fields, the same that a quote's columns carry. */
export interface Tick {
  instrument: number;
  bid: number;
  bidSize: number;
  ask: number;
  askSize: number;
  last: number;
  exchangeAt: number;
  receivedAt: number;
  updates: number;
  state: 'live';
}

/** Calls `write` for each due tick, instruments in turn, at 6,400 a second in all. */
export function paceTicks(nowMicros: () => number, write: (tick: Tick) => void): () => void {
  const perMs = (INSTRUMENTS * TICKS_PER_SECOND) / 1000;
  const started = performance.now();
  let written = 0;
  const timer = setInterval(() => {
    const due = Math.floor((performance.now() - started) * perMs);
    for (; written < due; written++) {
      const instrument = written % INSTRUMENTS;
      const round = Math.floor(written / INSTRUMENTS);
      // A walk that looks like prices: five to seven digits, sizes of four to six.
      const bid = 6_000_000 + instrument * 1000 + ((round * 37 + instrument * 11) % 500);
      const now = nowMicros();
      write({
        instrument,
        bid,
        bidSize: 10_000 + ((round * 7919) % 90_000),
        ask: bid + 1 + (round % 3),
        askSize: 10_000 + ((round * 104_729) % 90_000),
        last: bid + (round % 2),
        exchangeAt: now - 1500,
        receivedAt: now,
        updates: round,
        state: 'live',
      });
    }
  }, WRITE_EVERY_MS);
  return () => clearInterval(timer);
}

/**
 * CPU time of the calling thread, µs, and where it is from. Linux counts it per thread; elsewhere the
 * time that the event loop was busy stands in (it contains waiting for a core).
 */
export function threadCpu(): { readonly micros: number; readonly source: string } {
  try {
    const [nanos] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ');
    return { micros: Number(nanos) / 1000, source: 'thread CPU (schedstat)' };
  } catch {
    return { micros: performance.eventLoopUtilization().active * 1000, source: 'event-loop busy time' };
  }
}
