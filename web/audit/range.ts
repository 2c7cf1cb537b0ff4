import type { AuditRecord } from '../../protocol/audit.ts';
import type { LogSource, Verifier } from './verifier.ts';
import type { Verdict } from './verdict.ts';

const PAGE = 250;
const FAILURES_KEPT = 20;

export interface RangeFailure {
  readonly seq: number;
  readonly verdict: Verdict;
}

/** How far the check of the newest records came, and what each proof cost. */
export interface RangeProgress {
  readonly state: 'running' | 'done' | 'stopped' | 'broken';
  readonly wanted: number;
  readonly done: number;
  readonly proven: number;
  readonly failures: readonly RangeFailure[];
  /** All of them, `failures` is the first few. */
  readonly failed: number;
  readonly unchecked: number;
  /** Records that the search leaves out though it is past them. */
  readonly missing: number;
  /** Of the newest, how many the search does not have yet: it follows the log a moment behind. */
  readonly behind: number;
  readonly first: number | null;
  readonly last: number | null;
  /** ms a proof; null before the first. */
  readonly medianMs: number | null;
  readonly worstMs: number | null;
  /** Why it is `broken`. */
  readonly sentence: string | null;
}

/** Checks the newest `count` records as the search shows them, page by page; `told` after each. */
export async function verifyRange(
  { verifier, source }: { readonly verifier: Verifier; readonly source: Pick<LogSource, 'searchRecords'> },
  count: number,
  told: (progress: RangeProgress) => void,
  isStopped: () => boolean,
): Promise<RangeProgress> {
  let progress: RangeProgress = { ...STARTED, wanted: count };
  const costs: number[] = [];
  const finish = (state: RangeProgress['state'], sentence: string | null = null): RangeProgress => {
    progress = { ...progress, state, sentence };
    told(progress);
    return progress;
  };
  const head = (await verifier.refresh()).head;
  if (!head) return finish('broken', 'There is no checked head to prove anything under.');
  let before: number | null = head.size + 1;
  let expected: number | null = null;
  while (before !== null && progress.done < count) {
    if (isStopped()) return finish('stopped');
    const page = await source.searchRecords({ before, limit: Math.min(PAGE, count - progress.done) });
    if (!page.ok) return finish('broken', page.error.sentence);
    const { records, next, projected } = page.value;
    if (expected === null) {
      expected = Math.min(head.size, projected);
      progress = { ...progress, behind: head.size - expected };
    }
    const verdicts = await verifier.records(records);
    progress = counted(progress, records, verdicts, expected, costs);
    expected = (records.at(-1)?.seq ?? expected + 1) - 1;
    told(progress);
    before = next;
  }
  return finish('done');
}

const STARTED: RangeProgress = {
  state: 'running',
  wanted: 0,
  done: 0,
  proven: 0,
  failures: [],
  failed: 0,
  unchecked: 0,
  missing: 0,
  behind: 0,
  first: null,
  last: null,
  medianMs: null,
  worstMs: null,
  sentence: null,
};

function counted(
  before: RangeProgress,
  records: readonly AuditRecord[],
  verdicts: readonly Verdict[],
  newest: number,
  costs: number[],
): RangeProgress {
  const failures: RangeFailure[] = [];
  let { proven, unchecked, missing } = before;
  let expected = newest;
  records.forEach((record, at) => {
    const verdict = verdicts[at];
    missing += Math.max(0, expected - record.seq);
    expected = record.seq - 1;
    if (!verdict) return;
    if (verdict.kind === 'proven') {
      proven += 1;
      costs.push(verdict.ms);
    } else if (verdict.kind === 'failed') failures.push({ seq: record.seq, verdict });
    else unchecked += 1;
  });
  return {
    ...before,
    done: before.done + records.length,
    proven,
    unchecked,
    missing,
    failed: before.failed + failures.length,
    failures: [...before.failures, ...failures].slice(0, FAILURES_KEPT),
    last: before.last ?? records[0]?.seq ?? null,
    first: records.at(-1)?.seq ?? before.first,
    medianMs: median(costs),
    worstMs: costs.length === 0 ? null : costs.reduce((a, b) => Math.max(a, b)),
  };
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
