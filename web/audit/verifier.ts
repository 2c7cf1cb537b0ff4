import type { AnchorView, AuditRecord, HeadReply, RecordsReply } from '../../protocol/audit.ts';
import type { Result } from '../../protocol/result.ts';
import { MALFORMED } from './ask.ts';
import { fromHex } from './bytes.ts';
import { accepted, compareHeads, follows, withAlarm, withHead } from './follow.ts';
import type { LogAlarm, Memory, MemoryStore } from './memory.ts';
import { proveRecord, proveShown, type LoggedRecord, type TreeHead } from './proof.ts';
import { checkHead, type SignedHead, type VerifySignature } from './signed-head.ts';
import { Tiles, type ReadTile } from './tiles.ts';
import { failed, unchecked, type Verdict } from './verdict.ts';

/** What the verifier asks of the server: `web/app/audit-api.ts`. */
export interface LogSource {
  readonly readHead: () => Promise<Result<HeadReply>>;
  readonly searchRecords: (search: { before?: number; limit: number }) => Promise<Result<RecordsReply>>;
  readonly readRecord: (seq: number) => Promise<Result<LoggedRecord>>;
  readonly readInclusion: (seq: number, size: number) => Promise<Result<readonly Uint8Array[]>>;
  readonly readConsistency: (from: number, to: number) => Promise<Result<readonly Uint8Array[]>>;
  readonly readTile: ReadTile;
}

export interface VerifierParts {
  readonly source: LogSource;
  readonly memory: MemoryStore;
  readonly verifySignature: VerifySignature;
  /** Monotonic ms. */
  readonly now: () => number;
  /** ms since 1970. */
  readonly wall: () => number;
  /** After each look at the head, whoever asked for it. */
  readonly looked: (view: HeadView) => void;
}

/** What this browser knows of the log's head. */
export interface HeadView {
  /** `refused`: the head does not follow, or is not signed; `unavailable`: it could not be checked. */
  readonly state: 'asking' | 'checked' | 'refused' | 'unavailable';
  /** Why it is not `checked`. */
  readonly code: string | null;
  readonly sentence: string | null;
  /** The newest head that was checked and follows; stays while a newer one cannot be checked. */
  readonly head: SignedHead | null;
  readonly anchors: readonly AnchorView[];
  /** When the key was first seen, ms since 1970. */
  readonly trustedAt: number | null;
  /** When `head` was last found to be the server's own, ms since 1970. */
  readonly checkedAt: number | null;
  readonly alarm: LogAlarm | null;
  readonly acceptedBefore: number;
}

export const ASKING: HeadView = {
  state: 'asking',
  code: null,
  sentence: null,
  head: null,
  anchors: [],
  trustedAt: null,
  checkedAt: null,
  alarm: null,
  acceptedBefore: 0,
};

export interface RecordCheck {
  readonly seq: number;
  readonly payload: string | null;
  readonly leaf: string | null;
  readonly verdict: Verdict;
}

/** Proves what the page shows, and watches that the log's head only ever grows. It runs in the worker. */
export class Verifier {
  readonly #parts: VerifierParts;
  readonly #tiles: Tiles;
  #view: HeadView = ASKING;
  #refreshing: Promise<HeadView> | null = null;

  constructor(parts: VerifierParts) {
    this.#parts = parts;
    this.#tiles = new Tiles(parts.source.readTile);
  }

  /** Reads the head, checks it, and holds it against the remembered one. One at a time. */
  refresh(): Promise<HeadView> {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = null));
    return this.#refreshing;
  }

  /** The record's own bytes from the log, proven; `shown` is what the search said of it. */
  async record(seq: number, shown: AuditRecord | null): Promise<RecordCheck> {
    const { source, now } = this.#parts;
    const none = { seq, payload: null, leaf: null };
    const at = await this.#headFor(seq);
    if ('kind' in at) return { ...none, verdict: at };
    const [record, proof] = await Promise.all([source.readRecord(seq), source.readInclusion(seq, at.size)]);
    if (!record.ok) return { ...none, verdict: notGiven('bytes', record.error) };
    const { payload, leaf } = record.value;
    if (!proof.ok) return { seq, payload, leaf, verdict: notGiven('inclusion', proof.error) };
    const asked = { seq, record: record.value, proof: proof.value, head: at, shown };
    return { seq, payload, leaf, verdict: await this.#explained(proveRecord(asked, now)) };
  }

  /** What the search shows, each record proven under one head by the log's tiles. */
  async records(shown: readonly AuditRecord[]): Promise<readonly Verdict[]> {
    const newest = shown.reduce((most, record) => Math.max(most, record.seq), 0);
    if (newest === 0) return [];
    const at = await this.#headFor(newest);
    const verdicts: Verdict[] = [];
    for (const record of shown) {
      // One that is newer than every head yet says nothing against those under it.
      const head = 'kind' in at ? await this.#headFor(record.seq) : at;
      verdicts.push('kind' in head ? head : await this.#shown(record, head));
    }
    const broken = verdicts.find(({ kind }) => kind === 'failed');
    const cause = broken && (await this.#explained(broken));
    return cause?.kind === 'failed' && cause.step === 'head' ? verdicts.map(() => cause) : verdicts;
  }

  /** A named person trusts the log as the server now shows it. */
  async accept(by: string): Promise<HeadView> {
    const { memory, wall, source, verifySignature } = this.#parts;
    const reply = await source.readHead();
    const head = reply.ok ? await checkHead(reply.value, verifySignature) : reply;
    await memory.change((before) => accepted(before, head.ok ? head.value : before.head, by, wall()));
    this.#tiles.forget();
    return this.refresh();
  }

  /** A log that was replaced since the head was checked fails by its head, not by each of its records. */
  async #explained(verdict: Verdict): Promise<Verdict> {
    if (verdict.kind !== 'failed' || verdict.step === 'head') return verdict;
    const { state, sentence } = await this.refresh();
    return state === 'refused' ? failed('head', sentence ?? 'The head was refused.') : verdict;
  }

  async #shown(record: AuditRecord, head: TreeHead): Promise<Verdict> {
    const first = await this.#shownOnce(record, head);
    if (first.kind !== 'failed') return first;
    // Perhaps a tile was read wrong: once more with none kept.
    this.#tiles.forget();
    return this.#shownOnce(record, head);
  }

  async #shownOnce(record: AuditRecord, head: TreeHead): Promise<Verdict> {
    const { now } = this.#parts;
    const path = await this.#tiles.path(record.seq - 1, head.size);
    return path.ok ? proveShown(record, path.value, head, now) : notGiven('inclusion', path.error);
  }

  /** The head under which `seq` can be proven, or why there is none. */
  async #headFor(seq: number): Promise<TreeHead | Verdict> {
    let view = this.#view;
    const isOld = view.head === null || view.head.size < seq;
    if (isOld || view.state !== 'checked') view = await this.refresh();
    if (view.state === 'refused') return failed('head', view.sentence ?? 'The head was refused.');
    if (!view.head || view.state !== 'checked') return unchecked(view.sentence ?? 'There is no head yet.');
    if (view.head.size < seq) return unchecked(`Record ${seq} is newer than the signed head: in a second.`);
    return { size: view.head.size, root: fromHex(view.head.root) };
  }

  async #refresh(): Promise<HeadView> {
    try {
      this.#view = await this.#look();
    } catch (error) {
      const sentence = error instanceof Error ? error.message : 'The head could not be checked.';
      this.#view = { ...this.#view, state: 'unavailable', code: 'memory', sentence };
    }
    this.#parts.looked(this.#view);
    return this.#view;
  }

  async #look(): Promise<HeadView> {
    const { source, memory, verifySignature, wall } = this.#parts;
    // Before the head is asked for: what another tab remembers meanwhile may be newer than our answer.
    const remembered = await memory.read();
    const reply = await source.readHead();
    if (!reply.ok) return this.#unavailable(remembered, reply.error);
    const { checkpoint, verifier, anchors } = reply.value;
    const raise = async (kind: LogAlarm['kind'], sentence: string): Promise<HeadView> => {
      const raised = { kind, sentence, at: wall(), remembered: remembered.head, checkpoint, verifier };
      const kept = await memory.change((before) => withAlarm(before, raised));
      return { ...this.#known(kept), state: 'refused', code: kind, sentence, anchors };
    };
    const checked = await checkHead(reply.value, verifySignature);
    if (!checked.ok) {
      if (checked.error.code === 'no-ed25519') return this.#unavailable(remembered, checked.error);
      return raise('bad-head', checked.error.sentence);
    }
    const head = checked.value;
    const step = compareHeads(remembered.head, head);
    if (step.kind === 'alarm') return raise(step.alarm, step.sentence);
    if (step.kind === 'prove' && remembered.head) {
      const proof = step.from === 0 ? null : await source.readConsistency(step.from, step.to);
      if (proof && !proof.ok) {
        if (!saysGone(proof.error.code)) return this.#unavailable(remembered, proof.error);
        return raise('unproven', `The server does not prove that its log only grew: ${proof.error.sentence}`);
      }
      if (!follows(remembered.head, head, proof?.value ?? [])) {
        return raise(
          'rewritten',
          `The log’s ${head.size} records do not begin with the ${remembered.head.size} that this browser saw before: what was written was changed.`,
        );
      }
    }
    const kept = await memory.change((before) => withHead(before, head, wall()));
    return {
      ...this.#known(kept),
      state: 'checked',
      code: null,
      sentence: null,
      head,
      anchors,
      checkedAt: wall(),
    };
  }

  #unavailable(memory: Memory, { code, sentence }: { code: string; sentence: string }): HeadView {
    return { ...this.#known(memory), state: 'unavailable', code, sentence, anchors: this.#view.anchors };
  }

  #known(memory: Memory): HeadView {
    return {
      ...this.#view,
      head: memory.head,
      trustedAt: memory.trustedAt,
      alarm: memory.alarm,
      acceptedBefore: memory.accepted.length,
    };
  }
}

/** With these the server says itself that the log does not have what it had; all else may pass. */
const GONE = ['no-record', 'no-such-size', 'no-tile', 'no-leaf', 'short-tile', 'not-found', 'bad-request'];
const saysGone = (code: string): boolean => GONE.includes(code);

function notGiven(step: 'bytes' | 'inclusion', error: { code: string; sentence: string }): Verdict {
  const isWrong = saysGone(error.code) || error.code === MALFORMED;
  return isWrong ? failed(step, error.sentence) : unchecked(error.sentence);
}
