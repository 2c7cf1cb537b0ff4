import type { TimeReading } from './sntp.ts';

/** What more than half of the servers that answered agree on. */
export interface Agreed {
  readonly utcAtZero: number;
  readonly boundMicros: number;
  /** How many of them. */
  readonly servers: number;
}

/**
 * Each answer is a span in which UTC lies if the server is right (Marzullo's algorithm): the span
 * that most of them share is UTC's, so that one that lies is outvoted by two that don't. Null when no
 * more than half agree.
 */
export function agree(readings: readonly TimeReading[]): Agreed | null {
  const edges = readings
    .flatMap(({ utcAtZero, boundMicros }) => [
      { at: utcAtZero - boundMicros, step: 1 },
      { at: utcAtZero + boundMicros, step: -1 },
    ])
    // Where one begins as another ends, they share that point.
    .sort((a, b) => a.at - b.at || b.step - a.step);
  let inside = 0;
  let best = { servers: 0, from: 0, to: 0 };
  edges.forEach(({ at, step }, i) => {
    inside += step;
    if (inside > best.servers) best = { servers: inside, from: at, to: edges[i + 1]?.at ?? at };
  });
  if (best.servers * 2 <= readings.length) return null;
  return {
    utcAtZero: (best.from + best.to) / 2,
    boundMicros: (best.to - best.from) / 2,
    servers: best.servers,
  };
}
