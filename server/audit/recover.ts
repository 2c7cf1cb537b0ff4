import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { LogFiles } from './files.ts';
import { encodeHeader, HEADER_BYTES, readFrames, readHeader, wholeFrameBehind } from './frame.ts';
import { decodeRecord, type AuditRecord } from './record.ts';

const NAME = /^segment-(\d{16})\.log$/;
export const segmentName = (firstSequence: number): string =>
  `segment-${String(firstSequence).padStart(16, '0')}.log`;

export interface Recovered {
  readonly lastSequence: number;
  /** The newest segment, to go on in; null for an empty log. */
  readonly tail: { readonly name: string; readonly length: number } | null;
  /** Bytes cut from the newest segment's torn end, kept beside it under `keptAs`. */
  readonly torn: { readonly bytes: number; readonly keptAs: string } | null;
}

/**
 * Reads every record in order into `onRecord` and cuts the newest segment's torn tail. Refused:
 * a fault anywhere else (a record that was acknowledged is gone), named by file and byte. Damage
 * with a later record whole behind it is no torn tail, in the newest segment either.
 */
export async function recoverLog(
  files: LogFiles,
  onRecord: (record: AuditRecord) => void,
): Promise<Result<Recovered>> {
  const names = (await files.list()).filter((name) => NAME.test(name)).sort();
  let expected = 1;
  let tail: Recovered['tail'] = null;
  let torn: Recovered['torn'] = null;
  for (const [i, name] of names.entries()) {
    const newest = i === names.length - 1;
    const bytes = await files.read(name);
    const header = readHeader(bytes);
    if (!header.ok && !(newest && header.error.code === 'header-short')) {
      return refuse('audit-damaged', `The audit log's ${name} ${header.error.sentence}.`);
    }
    if (!header.ok) {
      // Died while creating it: no record was in it yet.
      await restartSegment(files, name, expected);
      tail = { name, length: HEADER_BYTES };
      break;
    }
    if (header.value !== expected || name !== segmentName(expected)) {
      return refuse('audit-damaged', `The audit log has no record ${expected}: ${name} begins elsewhere.`);
    }
    const { payloads, end } = readFrames(bytes);
    if (end < bytes.length) {
      const damagedSequence = expected + payloads.length;
      const isLater = (payload: Buffer): boolean => (decodeRecord(payload)?.seq ?? 0) > damagedSequence;
      if (!newest || wholeFrameBehind(bytes, end, isLater)) {
        return refuse('audit-damaged', `The audit log's ${name} is damaged at byte ${end}.`);
      }
      torn = await cutTail(files, name, bytes, end);
    }
    for (const payload of payloads) {
      const record = decodeRecord(payload);
      if (record?.seq !== expected) {
        return refuse(
          'audit-damaged',
          `The audit log's ${name} holds a wrong record where ${expected} was due.`,
        );
      }
      onRecord(record);
      expected += 1;
    }
    tail = { name, length: end };
  }
  return ok({ lastSequence: expected - 1, tail, torn });
}

async function restartSegment(files: LogFiles, name: string, firstSequence: number): Promise<void> {
  const file = await files.open(name);
  try {
    await file.truncate(0);
    await file.write(encodeHeader(firstSequence), 0);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** What is cut was never acknowledged; it is kept all the same, for whoever asks what was lost. */
async function cutTail(
  files: LogFiles,
  name: string,
  bytes: Buffer,
  end: number,
): Promise<NonNullable<Recovered['torn']>> {
  const keptAs = `${name}.torn-at-${end}`;
  if ((await files.list()).includes(keptAs)) await files.remove(keptAs);
  const kept = await files.create(keptAs);
  try {
    await kept.write(bytes.subarray(end), 0);
    await kept.datasync();
  } finally {
    await kept.close();
  }
  const file = await files.open(name);
  try {
    await file.truncate(end);
  } finally {
    await file.close();
  }
  await files.syncDirectory();
  return { bytes: bytes.length - end, keptAs };
}
