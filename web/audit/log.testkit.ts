import type { AuditRecord, HeadReply, RecordsReply } from '../../protocol/audit.ts';
import { canonicalJson } from '../../protocol/canonical.ts';
import { checkpointText, formatCheckpoint, formatVerifier, keyHashOf } from '../../protocol/checkpoint.ts';
import { emptyRoot, leafHash, nodeHash } from '../../protocol/merkle.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Micros } from '../../protocol/units.ts';
import { sha256, toHex, utf8 } from './bytes.ts';
import { NOTHING, type Memory, type MemoryStore } from './memory.ts';
import type { LogSource } from './verifier.ts';

export const ORIGIN = 'cwts-audit-test';

export function recordOf(seq: number, fields: Partial<AuditRecord> = {}): AuditRecord {
  return {
    v: 2,
    seq,
    wall: String(1_767_614_400_000_000_000n + BigInt(seq) * 1_000_000n),
    wallError: '250000',
    mono: String(seq * 1_000_000),
    run: 'run-1',
    code: '0.1.0+test',
    actor: 'operator',
    session: 'session-1',
    role: 'trader',
    address: '127.0.0.1',
    action: 'order.place',
    scope: `cw-${seq}`,
    order: `cw-${seq}`,
    client: null,
    before: null,
    after: null,
    reason: null,
    factor: null,
    assertion: null,
    details: { size: '0.5' },
    flags: [],
    ...fields,
  };
}

/** RFC 9162, 2.1.1 to 2.1.4, word for word: slow and plain, to hold the page's own code against. */
export function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (!first) return emptyRoot(sha256);
  if (leaves.length === 1) return first;
  const k = split(leaves.length);
  return nodeHash(sha256, rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

export function pathOf(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const k = split(leaves.length);
  return index < k
    ? [...pathOf(index, leaves.slice(0, k)), rootOf(leaves.slice(k))]
    : [...pathOf(index - k, leaves.slice(k)), rootOf(leaves.slice(0, k))];
}

export function consistencyOf(from: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  return subproof(from, leaves, 'whole');
}

function subproof(from: number, leaves: readonly Uint8Array[], part: 'whole' | 'part'): Uint8Array[] {
  if (from === leaves.length) return part === 'whole' ? [] : [rootOf(leaves)];
  const k = split(leaves.length);
  return from <= k
    ? [...subproof(from, leaves.slice(0, k), part), rootOf(leaves.slice(k))]
    : [...subproof(from - k, leaves.slice(k), 'part'), rootOf(leaves.slice(0, k))];
}

function split(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

const known = new Map<string, Uint8Array>();
function leafOf(payload: string): Uint8Array {
  const leaf = known.get(payload) ?? leafHash(sha256, utf8(payload));
  known.set(payload, leaf);
  return leaf;
}

/** A log with a real key, answering as the server does; tests change what it says. */
export class TestLog implements LogSource {
  readonly payloads: string[] = [];
  readonly #key: CryptoKeyPair;
  readonly #publicKey: Uint8Array;
  #signed = { size: 0, root: emptyRoot(sha256) };
  signedAt = 1_767_614_400_000_000 as Micros;
  asked: string[] = [];
  unreachable = false;

  private constructor(key: CryptoKeyPair, publicKey: Uint8Array) {
    this.#key = key;
    this.#publicKey = publicKey;
  }

  static async make(size: number): Promise<TestLog> {
    const key = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']);
    const log = new TestLog(key, new Uint8Array(await crypto.subtle.exportKey('raw', key.publicKey)));
    log.grow(size);
    return log;
  }

  get size(): number {
    return this.payloads.length;
  }
  get leaves(): Uint8Array[] {
    return this.payloads.map(leafOf);
  }
  get verifier(): string {
    const keyHash = keyHashOf(sha256, ORIGIN, this.#publicKey);
    return formatVerifier({ name: ORIGIN, keyHash, publicKey: this.#publicKey });
  }

  /** What it answers, but for these. */
  source(changed: Partial<LogSource>): LogSource {
    const { readHead, searchRecords, readRecord, readInclusion, readConsistency, readTile } = this;
    return { readHead, searchRecords, readRecord, readInclusion, readConsistency, readTile, ...changed };
  }

  /** Appends so many records and signs the head. */
  grow(count: number): void {
    for (let at = 0; at < count; at++) this.payloads.push(canonicalJson(recordOf(this.size + 1)));
    this.sign();
  }

  /** Signs what is there now. */
  sign(): void {
    this.#signed = { size: this.size, root: rootOf(this.leaves) };
  }

  record(seq: number): AuditRecord {
    return JSON.parse(this.payloads[seq - 1] ?? 'null') as AuditRecord;
  }

  readonly readHead = async (): Promise<Result<HeadReply>> => {
    if (this.unreachable) return refuse('unreachable', 'The server cannot be reached.');
    const body = { origin: ORIGIN, ...this.#signed, extensions: [`time ${this.signedAt}`] };
    const text = utf8(checkpointText(body));
    const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', this.#key.privateKey, text.slice()));
    const keyHash = keyHashOf(sha256, ORIGIN, this.#publicKey);
    return ok({
      ok: true,
      checkpoint: formatCheckpoint(body, [{ name: ORIGIN, keyHash, signature }]),
      verifier: this.verifier,
      size: this.#signed.size,
      root: toHex(this.#signed.root),
      signedAt: this.signedAt,
      anchors: [],
    });
  };

  readonly searchRecords: LogSource['searchRecords'] = ({ before = this.size + 1, limit }) => {
    const from = Math.max(1, before - limit);
    const records = Array.from({ length: before - from }, (_, at) => this.record(before - 1 - at));
    const reply: RecordsReply = {
      ok: true,
      records,
      next: from > 1 ? from : null,
      total: this.size,
      more: false,
      projected: this.size,
    };
    return Promise.resolve(ok(reply));
  };

  readonly readRecord: LogSource['readRecord'] = (seq) => {
    const payload = this.payloads[seq - 1];
    if (payload === undefined) return Promise.resolve(refuse('no-record', 'There is no such record.'));
    return Promise.resolve(ok({ seq, payload, leaf: toHex(leafHash(sha256, utf8(payload))) }));
  };

  readonly readInclusion: LogSource['readInclusion'] = (seq, size) =>
    Promise.resolve(ok(pathOf(seq - 1, this.leaves.slice(0, size))));

  readonly readConsistency: LogSource['readConsistency'] = (from, to) =>
    Promise.resolve(ok(consistencyOf(from, this.leaves.slice(0, to))));

  readonly readTile: LogSource['readTile'] = (level, index, width) => {
    this.asked.push(`${level}/${index}/${width}`);
    const span = 256 ** level;
    const bytes = new Uint8Array(width * 32);
    const { leaves } = this;
    for (let at = 0; at < width; at++) {
      const from = (index * 256 + at) * span;
      bytes.set(rootOf(leaves.slice(from, from + span)), at * 32);
    }
    return Promise.resolve(ok(bytes));
  };
}

/** One browser's memory; several verifiers may share it as tabs do. */
export class TestMemory implements MemoryStore {
  memory: Memory = NOTHING;

  read(): Promise<Memory> {
    return Promise.resolve(this.memory);
  }

  change(change: (memory: Memory) => Memory): Promise<Memory> {
    this.memory = change(this.memory);
    return Promise.resolve(this.memory);
  }
}
