import { auditRecordSchema, type AuditRecord } from '../../protocol/audit.ts';
import { canonicalJson } from '../../protocol/canonical.ts';
import { leafHash, verifyInclusion } from '../../protocol/merkle.ts';
import { fromHex, sameBytes, sha256, utf8 } from './bytes.ts';
import { failed, type Verdict } from './verdict.ts';

export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** What the log says of one record: its very bytes (null: removed by retention) and their leaf, in hex. */
export interface LoggedRecord {
  readonly seq: number;
  readonly payload: string | null;
  readonly leaf: string;
}

/**
 * Everything from the bytes to the root, recomputed. `shown` is the record as the search's database
 * gave it: it must be the one in the log, field by field. Pure but for `now` (ms, for the time it took).
 */
export function proveRecord(
  asked: {
    readonly seq: number;
    readonly record: LoggedRecord;
    readonly proof: readonly Uint8Array[];
    readonly head: TreeHead;
    readonly shown: AuditRecord | null;
  },
  now: () => number,
): Verdict {
  const { seq, record, proof, head, shown } = asked;
  const began = now();
  if (record.seq !== seq)
    return failed('bytes', `Record ${seq} was asked for, the server gave record ${record.seq}.`);
  const claimed = fromHex(record.leaf);
  if (record.payload !== null) {
    const wrong = wrongEncoding(seq, record.payload);
    if (wrong !== null) return failed('encoding', wrong);
    if (!sameBytes(leafHash(sha256, utf8(record.payload)), claimed)) {
      return failed('leaf', `The bytes of record ${seq} do not hash to the leaf that the log names.`);
    }
  }
  if (!isIncluded(seq, claimed, proof, head)) return failed('inclusion', notIncluded(seq, head));
  if (shown !== null && record.payload !== null && writtenAs(shown) !== record.payload) {
    return failed('shown', `The search shows record ${seq} otherwise than the log holds it.`);
  }
  return { kind: 'proven', size: head.size, ms: now() - began, removed: record.payload === null };
}

/** A record as the search gave it, proven by encoding it again: no byte of it can differ from the log's. */
export function proveShown(
  shown: AuditRecord,
  proof: readonly Uint8Array[],
  head: TreeHead,
  now: () => number,
): Verdict {
  const began = now();
  const text = writtenAs(shown);
  if (text === null) return failed('encoding', `Record ${shown.seq} holds what canonical JSON cannot say.`);
  if (!isIncluded(shown.seq, leafHash(sha256, utf8(text)), proof, head)) {
    return failed('inclusion', notIncluded(shown.seq, head));
  }
  return { kind: 'proven', size: head.size, ms: now() - began, removed: false };
}

function isIncluded(seq: number, leaf: Uint8Array, proof: readonly Uint8Array[], head: TreeHead): boolean {
  return verifyInclusion(sha256, { leaf, index: seq - 1, size: head.size, root: head.root, proof });
}

const notIncluded = (seq: number, head: TreeHead): string =>
  `Record ${seq}, as it is shown, is not in the log whose head of ${head.size} records is signed.`;

function writtenAs(record: AuditRecord): string | null {
  try {
    return canonicalJson(record);
  } catch {
    return null;
  }
}

/** Why these bytes are no canonical record `seq`; null when they are. */
function wrongEncoding(seq: number, payload: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(payload);
    if (canonicalJson(value) !== payload) return `The bytes of record ${seq} are not canonical JSON.`;
  } catch {
    return `The bytes of record ${seq} are not JSON.`;
  }
  const record = auditRecordSchema.safeParse(value);
  if (!record.success) return `The bytes of record ${seq} are not a whole record.`;
  if (record.data.seq !== seq) return `The bytes of record ${seq} call themselves record ${record.data.seq}.`;
  return null;
}
