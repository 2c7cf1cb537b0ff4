/** The records and writers of the audit bench. */
import { HeadSigner } from '../../server/audit/signer.ts';
import { nodeLogFiles } from '../../server/audit/files.ts';
import { AuditLog } from '../../server/audit/log.ts';
import type { AuditEntry } from '../../server/audit/record.ts';
import { SystemClock } from '../../server/clock.ts';
import { FRAME_BYTES, HEADER_BYTES } from '../../server/audit/frame.ts';

/** Not less than these bytes a record, as the disk holds it. */
export const RECORD_BYTES = 300;
export const signer = HeadSigner.generate();

/** An order as a strategy places it. */
export const entry = (n: number): AuditEntry => ({
  actor: 'strategy:maker',
  action: 'order.place',
  scope: 'BTCUSDT',
  order: `b${n.toString(36)}`,
  details: { price: 9_412_350 + (n % 1000), size: 12 + (n % 7), side: n % 2 === 0 ? 'buy' : 'sell' },
});

export async function openLog(dir: string): Promise<AuditLog> {
  const files = await nodeLogFiles(dir);
  const opened = await AuditLog.open({
    clock: new SystemClock(),
    files,
    run: '5a0f3d8e-5f0e-4a55-9d2a-7b1f2c3d4e5f',
    code: 'bench',
    signer,
    clockError: () => 250_000n,
  });
  if (!opened.ok) throw new Error(opened.error.sentence);
  return opened.value.log;
}

/** `total` appends by `writers`, each of which waits for its own before the next; records a second. */
export async function appendBy(
  writers: number,
  total: number,
  append: (n: number) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < total) await append(next++);
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: writers }, writer));
  return total / ((performance.now() - started) / 1000);
}

/** The mean of a record's payload in these segments. */
export const payloadBytes = (logBytes: number, segments: number, records: number): number =>
  (logBytes - segments * HEADER_BYTES) / records - FRAME_BYTES;
