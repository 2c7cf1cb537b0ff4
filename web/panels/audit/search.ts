import { createStore } from 'zustand/vanilla';
import type { AuditRecord, AuditSearch, RecordsReply } from '../../../protocol/audit.ts';
import type { Refusal, Result } from '../../../protocol/result.ts';
import { parseQuery, withField, type QueryFields } from './query.ts';

export const PAGE_SIZE = 100;

export const AUDIT_VIEWS = ['records', 'timeline', 'proofs', 'retention'] as const;
export type AuditViewName = (typeof AUDIT_VIEWS)[number];

export interface SearchView {
  readonly shown: AuditViewName;
  /** As it stands in the bar. */
  readonly typed: string;
  /** Why it is no query; null when it is one. */
  readonly problem: string | null;
  readonly asking: boolean;
  /** Why the last question was not answered; the records below are then the last known. */
  readonly refusal: Refusal | null;
  readonly reply: RecordsReply | null;
  /** From 1. */
  readonly page: number;
  /** The newest come by themselves, on the first page. */
  readonly tail: boolean;
  /** Newer ones that match and are not shown; PAGE_SIZE = that many or more. */
  readonly fresh: number;
  /** The record that is open beside the list. */
  readonly opened: AuditRecord | null;
}

const EMPTY: SearchView = {
  shown: 'records',
  typed: '',
  problem: null,
  asking: false,
  refusal: null,
  reply: null,
  page: 1,
  tail: false,
  fresh: 0,
  opened: null,
};

export interface SearchParts {
  readonly search: (fields: Partial<AuditSearch>) => Promise<Result<RecordsReply>>;
  /** The server's time as this page knows it, µs. */
  readonly now: () => number;
  /** What came is proven. */
  readonly came: (records: readonly AuditRecord[]) => void;
}

/** The search of the audit panel: what is asked, which page, what is open. It outlives the panel. */
export function createAuditSearch({ search, now, came }: SearchParts) {
  const store = createStore<SearchView>(() => EMPTY);
  let fields: QueryFields = {};
  /** `before` of each page that was reached by going on from the one above it. */
  let cursors: (number | null)[] = [null];
  let generation = 0;

  async function show(page: number, where: Pick<Partial<AuditSearch>, 'before' | 'page'>): Promise<void> {
    const own = ++generation;
    store.setState({ asking: true });
    const reply = await search({ ...fields, ...where, limit: PAGE_SIZE });
    if (own !== generation) return;
    if (!reply.ok) {
      store.setState({ asking: false, refusal: reply.error });
      return;
    }
    store.setState({ asking: false, refusal: null, reply: reply.value, page, fresh: 0 });
    came(reply.value.records);
  }

  async function run(): Promise<void> {
    const parsed = parseQuery(store.getState().typed, now());
    store.setState({ problem: parsed.ok ? null : parsed.error.sentence });
    if (!parsed.ok) return;
    fields = parsed.value;
    cursors = [null];
    await show(1, {});
  }

  async function jump(page: number): Promise<void> {
    if (!Number.isSafeInteger(page) || page < 1) return;
    const before = cursors[page - 1];
    await show(page, page === 1 ? {} : typeof before === 'number' ? { before } : { page });
  }

  return {
    ...store,
    run,
    jump,
    type(typed: string): void {
      store.setState({ typed });
    },
    /** The query with one field changed, asked at once. */
    async field(name: string, value: string): Promise<void> {
      store.setState((view) => ({ typed: withField(view.typed, name, value) }));
      await run();
    },
    /** Only these: a new query, shown in the list of records. */
    async only(typed: string): Promise<void> {
      store.setState({ typed, shown: 'records' });
      await run();
    },
    async older(): Promise<void> {
      const { reply, page } = store.getState();
      if (reply?.next === null || reply?.next === undefined) return;
      cursors[page] = reply.next;
      await jump(page + 1);
    },
    async newer(): Promise<void> {
      await jump(store.getState().page - 1);
    },
    async tail(on: boolean): Promise<void> {
      store.setState({ tail: on });
      if (on) await run();
    },
    show(shown: AuditViewName): void {
      store.setState({ shown });
    },
    open(opened: AuditRecord | null): void {
      store.setState({ opened });
    },
    /** Every few seconds while the list is in sight: what is new is shown (tail) or counted. */
    async beat(): Promise<void> {
      const { page, reply, tail, asking, problem } = store.getState();
      if (page !== 1 || asking || problem !== null) return;
      if (!reply) return run();
      const own = generation;
      const latest = await search({ ...fields, limit: PAGE_SIZE });
      if (own !== generation) return;
      if (!latest.ok) {
        store.setState({ refusal: latest.error });
        return;
      }
      const newest = reply.records[0]?.seq ?? 0;
      const fresh = latest.value.records.filter(({ seq }) => seq > newest);
      const { projected } = latest.value;
      if (!tail) {
        store.setState({ refusal: null, fresh: fresh.length, reply: { ...reply, projected } });
        return;
      }
      store.setState({ refusal: null, reply: latest.value, fresh: 0 });
      if (fresh.length > 0) came(fresh);
    },
  };
}
export type AuditSearchStore = ReturnType<typeof createAuditSearch>;
