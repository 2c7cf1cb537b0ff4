/** A process of its own that appends to a log until it is killed; prints each acknowledged number. */
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { nodeLogFiles } from '../audit/files.ts';
import { lockDataDirectory } from '../audit/lock.ts';
import { AuditLog } from '../audit/log.ts';
import { SystemClock } from '../clock.ts';
import { testCode, testSigner } from './audit-key.ts';

const dir = process.argv[2] ?? '';
const lock = lockDataDirectory(dir);
if (!lock.ok) {
  writeSync(1, `refused ${lock.error.sentence}\n`);
  process.exit(1);
}
let next = 0;
const opened = await AuditLog.open({
  clock: new SystemClock(),
  files: await nodeLogFiles(join(dir, 'audit')),
  run: String(process.pid),
  code: testCode,
  signer: testSigner,
  segmentBytes: 20_000,
  onRecord: () => (next += 1),
});
if (!opened.ok) {
  writeSync(1, `refused ${opened.error.sentence}\n`);
  process.exit(1);
}
const { log } = opened.value;
async function writer(): Promise<never> {
  for (;;) {
    const n = next++;
    await log.append({ actor: 'a', action: 'b', scope: 'c', details: { n, filler: 'x'.repeat(n % 400) } });
    writeSync(1, `${n}\n`);
  }
}
await Promise.all(Array.from({ length: 8 }, writer));
