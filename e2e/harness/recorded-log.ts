import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'node:crypto';
import type { BrowserContext, Route } from 'playwright/test';
import type { AnchorView, AuditRecord } from '../../protocol/audit.ts';
import { canonicalJson } from '../../protocol/canonical.ts';
import { checkpointText, formatCheckpoint, formatVerifier, keyHashOf } from '../../protocol/checkpoint.ts';
import { emptyRoot, leafHash, nodeHash } from '../../protocol/merkle.ts';
import { EPOCH } from '../steady.ts';

const ORIGIN = 'cwts-audit-recorded';
/** A key of these pictures only: the same fingerprint in each run. */
const SEED = Buffer.from(`302e020100300506032b657004220420${'07'.repeat(32)}`, 'hex');

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha256').update(bytes).digest());

/** The epoch of the pictures in ns. */
const epochNanos = BigInt(Date.parse(EPOCH)) * 1_000_000n;

export function recorded(seq: number, afterMs: number, fields: Partial<AuditRecord>): AuditRecord {
  return {
    v: 2,
    seq,
    wall: String(epochNanos + BigInt(Math.round(afterMs * 1e6))),
    wallError: '250000',
    mono: String(Math.round(afterMs * 1e6) + 5_000_000_000),
    run: '01J0CWTSRUN',
    code: '0.1.0+recorded',
    actor: 'server',
    session: null,
    role: null,
    address: null,
    action: 'server.start',
    scope: 'firm',
    order: null,
    client: null,
    before: null,
    after: null,
    reason: null,
    factor: null,
    assertion: null,
    details: {},
    flags: [],
    ...fields,
  };
}

function rootOf(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (!first) return emptyRoot(sha256);
  if (leaves.length === 1) return first;
  const k = leftSize(leaves.length);
  return nodeHash(sha256, rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)));
}

function pathOf(index: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return [];
  const k = leftSize(leaves.length);
  return index < k
    ? [...pathOf(index, leaves.slice(0, k)), rootOf(leaves.slice(k))]
    : [...pathOf(index - k, leaves.slice(k)), rootOf(leaves.slice(0, k))];
}

function leftSize(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/**
 * A whole log that answers a page's questions from a list of records: for pictures that must be the
 * same in each run, and of states that a sound server never shows. Only the answers are recorded;
 * the page proves them as it proves a server's.
 */
export class RecordedLog {
  readonly records: readonly AuditRecord[];
  readonly #key: KeyObject;
  /** The record whose bytes are not those that were hashed. */
  tampered: number | null = null;
  /** The search answers with this instead. */
  refusal: { readonly code: string; readonly sentence: string } | null = null;
  /** Records that the search does not know yet. */
  behind = 0;
  /** Cut the signed head back to so many records. */
  headSize: number;

  constructor(records: readonly AuditRecord[]) {
    this.records = records;
    this.headSize = records.length;
    this.#key = createPrivateKey({ key: SEED, format: 'der', type: 'pkcs8' });
  }

  /** From now on that window's questions about the log are answered from here. */
  async answer(context: BrowserContext): Promise<void> {
    await context.route(/\/api\/audit\//, (route) => this.#route(route));
  }

  get #leaves(): Uint8Array[] {
    return this.records.map((record) => leafHash(sha256, Buffer.from(canonicalJson(record))));
  }

  #route(route: Route): Promise<void> {
    const url = new URL(route.request().url());
    const path = url.pathname.replace('/api/audit/', '');
    const number = (name: string): number => Number(url.searchParams.get(name));
    if (path === 'head') return route.fulfill({ json: this.#head() });
    if (path === 'records') return route.fulfill({ json: this.#search(url.searchParams) });
    if (path === 'inclusion') {
      const hashes = pathOf(number('seq') - 1, this.#leaves.slice(0, number('size'))).map(hex);
      return route.fulfill({ json: { ok: true, hashes } });
    }
    const [, seq] = /^records\/(\d+)$/.exec(path) ?? [];
    if (seq !== undefined) return route.fulfill({ json: this.#record(Number(seq)) });
    const [, level, index, width = '256'] = /^tlog\/tile\/(\d+)\/(\d{3})(?:\.p\/(\d+))?$/.exec(path) ?? [];
    if (level === '0') {
      const from = Number(index) * 256;
      return route.fulfill({
        contentType: 'application/octet-stream',
        body: Buffer.concat(this.#leaves.slice(from, from + Number(width))),
      });
    }
    return route.fulfill({
      status: 404,
      json: { ok: false, code: 'not-found', sentence: 'There is nothing here.' },
    });
  }

  #record(seq: number): object {
    const record = this.records[seq - 1];
    if (!record) return { ok: false, code: 'no-record', sentence: 'There is no such record.' };
    const leaf = hex(leafHash(sha256, Buffer.from(canonicalJson(record))));
    const shown = seq === this.tampered ? { ...record, reason: 'Routine check.' } : record;
    return { ok: true, seq, payload: canonicalJson(shown), leaf };
  }

  #search(asked: URLSearchParams): object {
    if (this.refusal) return { ok: false, ...this.refusal };
    const limit = Number(asked.get('limit') ?? 50);
    const before = Number(asked.get('before') ?? this.records.length + 1);
    const action = asked.get('action');
    const projected = this.records.length - this.behind;
    const found = this.records
      .filter(({ seq }) => seq <= projected && seq < before)
      .filter((record) => {
        if (action === null) return true;
        return action.endsWith('.') ? record.action.startsWith(action) : record.action === action;
      })
      .filter((record) =>
        (asked.get('text') ?? '').split(' ').every((word) => canonicalJson(record).includes(word)),
      )
      .map((record) => (record.seq === this.tampered ? { ...record, reason: 'Routine check.' } : record))
      .toReversed();
    const records = found.slice(0, limit);
    const next = found.length > limit ? (records.at(-1)?.seq ?? null) : null;
    return { ok: true, records, next, total: found.length, more: false, projected };
  }

  #head(): object {
    const leaves = this.#leaves.slice(0, this.headSize);
    const root = rootOf(leaves);
    const at = Date.parse(EPOCH) * 1000 + 60_000_000;
    const body = { origin: ORIGIN, size: this.headSize, root, extensions: [`time ${at}`] };
    const der = createPublicKey(this.#key).export({ format: 'der', type: 'spki' });
    const publicKey = new Uint8Array(der.subarray(-32));
    const keyHash = keyHashOf(sha256, ORIGIN, publicKey);
    const signature = new Uint8Array(sign(null, Buffer.from(checkpointText(body)), this.#key));
    const anchors: AnchorView[] = [
      {
        kind: 'file',
        name: '/mnt/other-disk/heads.txt',
        size: this.headSize - 2,
        at: at as never,
        trouble: null,
      },
      { kind: 'database', name: 'audit_head', size: this.headSize - 2, at: at as never, trouble: null },
      {
        kind: 'webhook',
        name: 'https://witness.example/heads',
        size: null,
        at: null,
        trouble: 'No answer in 5 s; tried 3 times, again in 40 s.',
      },
    ];
    return {
      ok: true,
      checkpoint: formatCheckpoint(body, [{ name: ORIGIN, keyHash, signature }]),
      verifier: formatVerifier({ name: ORIGIN, keyHash, publicKey }),
      size: this.headSize,
      root: hex(root),
      signedAt: at,
      anchors,
    };
  }
}
