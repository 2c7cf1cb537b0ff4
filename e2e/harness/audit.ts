import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const HEADER_BYTES = 16;
const FRAME_BYTES = 8;

export interface LoggedRecord {
  readonly action: string;
  readonly actor: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Every whole record of a data directory's audit log, in order, as it lies on the disk. */
export function auditRecords(dataDir: string): LoggedRecord[] {
  const folder = join(dataDir, 'audit');
  const segments = readdirSync(folder)
    .filter((name) => /^segment-\d+\.log$/.test(name))
    .sort();
  return segments.flatMap((name) => [...recordsIn(readFileSync(join(folder, name)))]);
}

/** After the header, frames: length, checksum, JSON. A frame that is still being written ends it. */
function* recordsIn(bytes: Buffer): Generator<LoggedRecord> {
  let at = HEADER_BYTES;
  while (at + FRAME_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    const end = at + FRAME_BYTES + length;
    if (length === 0 || end > bytes.length) return;
    yield JSON.parse(bytes.toString('utf8', at + FRAME_BYTES, end)) as LoggedRecord;
    at = end;
  }
}
