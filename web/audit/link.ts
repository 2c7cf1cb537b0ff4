import { createStore } from 'zustand/vanilla';
import type { AuditRecord } from '../../protocol/audit.ts';
import type { FromAudit, ToAudit } from './port.ts';
import type { RangeProgress } from './range.ts';
import type { Verdict } from './verdict.ts';
import { ASKING, type HeadView, type RecordCheck } from './verifier.ts';

/** Verdicts kept for the marks in tables. */
const KEPT = 5000;

export interface AuditView {
  readonly head: HeadView;
  /** What was found of each record, by its sequence. */
  readonly verdicts: ReadonlyMap<number, Verdict>;
  readonly range: RangeProgress | null;
  /** The worker cannot run: nothing is proven, and this is why. */
  readonly broken: string | null;
}

/** How often the head is looked at: with the audit panel in sight, and without it. */
export const WATCH_CLOSE_MS = 3000;
export const WATCH_FAR_MS = 60_000;

export interface AuditWorker {
  postMessage(message: ToAudit): void;
  onmessage: ((event: MessageEvent<FromAudit>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/** The main thread's end of the verifying worker, which starts with the first question. */
export class AuditLink {
  readonly store = createStore<AuditView>(() => ({
    head: ASKING,
    verdicts: new Map(),
    range: null,
    broken: null,
  }));
  readonly #start: () => AuditWorker;
  #worker: AuditWorker | null = null;
  #id = 0;
  #rangeId = 0;
  #watchers = 0;
  readonly #records = new Map<number, (check: RecordCheck) => void>();
  readonly #shown = new Map<number, readonly AuditRecord[]>();

  constructor(start: () => AuditWorker) {
    this.#start = start;
  }

  /** Somebody may read the log: its head is looked at from now on. */
  watch(): void {
    this.#send({ kind: 'watch', everyMs: this.#watchers > 0 ? WATCH_CLOSE_MS : WATCH_FAR_MS });
  }

  /** A panel shows the log; call what it returns when it no longer does. */
  watchClosely(): () => void {
    this.#watchers += 1;
    this.watch();
    return () => {
      this.#watchers -= 1;
      this.watch();
    };
  }

  /** Nobody is signed in who may. */
  rest(): void {
    if (this.#worker) this.#send({ kind: 'watch', everyMs: null });
  }

  record(seq: number, shown: AuditRecord | null): Promise<RecordCheck> {
    const id = this.#next();
    return new Promise((resolve) => {
      this.#records.set(id, resolve);
      this.#send({ kind: 'record', id, seq, shown });
    });
  }

  /** Their verdicts come into the store. */
  prove(shown: readonly AuditRecord[]): void {
    if (shown.length === 0) return;
    const id = this.#next();
    this.#shown.set(id, shown);
    this.#send({ kind: 'records', id, shown });
  }

  proveNewest(count: number): void {
    this.#rangeId = this.#next();
    this.#send({ kind: 'range', id: this.#rangeId, count });
  }

  stopRange(): void {
    this.#send({ kind: 'stop-range' });
  }

  accept(by: string): void {
    this.store.setState({ verdicts: new Map() });
    this.#send({ kind: 'accept', by });
  }

  #next(): number {
    this.#id += 1;
    return this.#id;
  }

  #send(message: ToAudit): void {
    this.#worker ??= this.#started();
    this.#worker.postMessage(message);
  }

  #started(): AuditWorker {
    const worker = this.#start();
    worker.onmessage = ({ data }) => this.#hear(data);
    worker.onerror = (event) => {
      this.store.setState({
        broken: `The verifying worker failed: ${event.message || 'it could not start'}.`,
      });
    };
    return worker;
  }

  #hear(message: FromAudit): void {
    switch (message.kind) {
      case 'head':
        this.store.setState({ head: message.view });
        return;
      case 'record':
        this.#records.get(message.id)?.(message.check);
        this.#records.delete(message.id);
        this.#keep([[message.check.seq, message.check.verdict]]);
        return;
      case 'records': {
        const shown = this.#shown.get(message.id) ?? [];
        this.#shown.delete(message.id);
        this.#keep(
          shown.flatMap(({ seq }, at) => {
            const verdict = message.verdicts[at];
            return verdict ? [[seq, verdict] as const] : [];
          }),
        );
        return;
      }
      case 'range':
        if (message.id === this.#rangeId) this.store.setState({ range: message.progress });
        return;
    }
  }

  #keep(found: readonly (readonly [number, Verdict])[]): void {
    const verdicts = new Map(this.store.getState().verdicts);
    for (const [seq, verdict] of found) {
      verdicts.delete(seq);
      verdicts.set(seq, verdict);
    }
    for (const oldest of verdicts.keys()) {
      if (verdicts.size <= KEPT) break;
      verdicts.delete(oldest);
    }
    this.store.setState({ verdicts });
  }
}
