import type { AuditLog } from '../audit/log.ts';
import type { DataLock } from '../audit/lock.ts';
import type { Snapshots } from '../audit/snapshots.ts';
import type { Clock } from '../clock.ts';
import type { Gate } from '../gate/gate.ts';
import type { Halt } from '../halt/halt.ts';
import type { OrderDesk } from '../orders/desk.ts';

export interface StopParts {
  readonly gate: Gate;
  readonly halt: Halt;
  readonly desk: OrderDesk;
  readonly clock: Clock;
  readonly log: AuditLog;
  /** Taken behind the last record, so that the next start has nothing to read. */
  readonly snapshots: Pick<Snapshots, 'close'>;
  readonly isReplay: boolean;
  /** Ends what looks and publishes by itself. */
  readonly quiet: () => void;
  /** Closed in this order, none keeping the others from closing. */
  readonly parts: readonly ({ close(): Promise<void> } | { stop(): Promise<void> })[];
  /** What follows the log: closed when its last record and head are written. */
  readonly behind: StopParts['parts'];
  readonly lock: DataLock;
}

const CANCEL_MS = 10_000;
const NAMED = 10;

/**
 * A clean stop: the gate closes, our own orders are cancelled and re-read until none is left, and
 * only then the log is told that the stop was clean. Anything else boots halted.
 */
export async function stopServer(parts: StopParts): Promise<{ clean: boolean; sentence: string }> {
  const { gate, halt, desk, clock, log } = parts;
  gate.close('stopping', 'The server is stopping: no order leaves.');
  parts.quiet();
  halt.stop();
  const started = clock.monotonicMicros();
  const left = parts.isReplay ? [] : await desk.cancelOurs(CANCEL_MS);
  const confirmed = parts.isReplay || clock.monotonicMicros() - started < CANCEL_MS * 1000;
  desk.stop();
  const clean = confirmed && left.length === 0;
  const details = { clean, left: left.length, orders: left.map((order) => order.orderId) };
  await log
    .append({ actor: 'server', action: 'server.stop', scope: 'server', details })
    .catch(() => undefined);
  await closeEach(parts.parts);
  await log.close();
  await closeEach(parts.behind);
  await parts.snapshots.close();
  parts.lock.release();
  const sentence = parts.isReplay
    ? 'The replay has ended; it had no venue, and no order of it was anywhere.'
    : sentenceOf(
        clean,
        left.map((order) => order.orderId),
      );
  return { clean, sentence };
}

async function closeEach(parts: StopParts['parts']): Promise<void> {
  for (const part of parts) {
    await ('close' in part ? part.close() : part.stop()).catch(() => undefined);
  }
}

function sentenceOf(clean: boolean, left: readonly string[]): string {
  if (clean) return 'No order of ours is open at the venue.';
  if (left.length === 0)
    return 'The venue did not confirm that no order of ours is open; the next start is halted.';
  const named = left.slice(0, NAMED).join(', ');
  const more = left.length > NAMED ? ` and ${left.length - NAMED} more` : '';
  return `${left.length} orders may still be open: ${named}${more}; the next start is halted.`;
}
