/** What the machine's own time service says, where no server is configured. */
import { execFile } from 'node:child_process';
import type { Clock } from '../clock.ts';
import type { Agreed } from './clock-agree.ts';

/** `Date.now()` is cut to a whole ms. */
const GRANULARITY_MICROS = 1000;
const WAIT_MS = 1000;

/**
 * chrony's `tracking` as CSV: 5th the clock's own correction, 11th root delay, 12th root dispersion
 * (seconds), last the leap status. Null when it does not say that it is synchronised.
 */
export function readTracking(csv: string): { readonly errorMicros: number } | null {
  const fields = csv.trim().split(',');
  const [correction, delay, dispersion] = [fields[4], fields[10], fields[11]].map(Number);
  if (fields.length < 14 || fields[13] === 'Not synchronised') return null;
  if (correction === undefined || delay === undefined || dispersion === undefined) return null;
  const errorMicros = (Math.abs(correction) + Math.abs(delay) / 2 + dispersion) * 1e6;
  return Number.isFinite(errorMicros) ? { errorMicros } : null;
}

/** Null: there is no chrony here, or it is not synchronised. */
export function askChrony(clock: Clock): Promise<Agreed | null> {
  return new Promise((resolve) => {
    execFile('chronyc', ['-c', 'tracking'], { timeout: WAIT_MS }, (error, stdout) => {
      const tracking = error ? null : readTracking(stdout);
      if (!tracking) {
        resolve(null);
        return;
      }
      const utcAtZero = Date.now() * 1000 + GRANULARITY_MICROS / 2 - clock.monotonicMicros();
      resolve({ utcAtZero, boundMicros: tracking.errorMicros + GRANULARITY_MICROS, servers: 1 });
    });
  });
}
