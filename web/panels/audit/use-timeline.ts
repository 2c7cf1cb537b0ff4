import { useQuery } from '@tanstack/react-query';
import type { AuditRecord, AuditSearch } from '../../../protocol/audit.ts';
import { searchRecords } from '../../app/audit-api.ts';
import { useServices } from '../../app/services.ts';
import { haltsIn, type HaltChoice } from './timeline.ts';
import type { Micros } from '../../../protocol/units.ts';

const PAGE = 500;
const MOST = 2000;
const AGAIN_MS = 5000;
const BEFORE_MICROS = 30_000_000;

export interface TimelineWindow {
  /** What the times are relative to, µs. */
  readonly press: number;
  readonly minutes: number;
}

export interface FoundRecords {
  readonly records: readonly AuditRecord[];
  /** Older ones of the window were left out. */
  readonly cut: boolean;
}

/** The newest halts there were, however each began. */
export function useHalts() {
  return useQuery({
    queryKey: ['audit-halts'],
    staleTime: 0,
    refetchInterval: AGAIN_MS,
    queryFn: async (): Promise<readonly HaltChoice[]> => {
      const [pressed, resumed] = await Promise.all([
        all({ action: 'halt.press' }, PAGE),
        all({ action: 'halt.resume' }, PAGE),
      ]);
      return haltsIn([...pressed.records, ...resumed.records]);
    },
  });
}

/** Everything in the log from 30 s before the press; read again while the window still runs. */
export function useTimeline(window: TimelineWindow | null) {
  const { clock, auditLink } = useServices();
  return useQuery({
    queryKey: ['audit-timeline', window?.press, window?.minutes],
    enabled: window !== null,
    staleTime: 0,
    refetchInterval: () =>
      window && clock.getState().estimatedNow < window.press + window.minutes * 60_000_000 ? AGAIN_MS : false,
    queryFn: async (): Promise<FoundRecords> => {
      if (!window) return { records: [], cut: false };
      const found = await all(
        {
          from: Math.floor(window.press - BEFORE_MICROS) as Micros,
          to: Math.ceil(window.press + window.minutes * 60_000_000) as Micros,
        },
        MOST,
      );
      auditLink.prove(found.records);
      return found;
    },
  });
}

/** Newest first, page by page, at most so many. */
async function all(fields: Partial<AuditSearch>, most: number): Promise<FoundRecords> {
  const records: AuditRecord[] = [];
  let before: number | undefined;
  while (records.length < most) {
    const page = await searchRecords({
      ...fields,
      limit: Math.min(PAGE, most),
      ...(before === undefined ? {} : { before }),
    });
    if (!page.ok) throw new Error(page.error.sentence);
    records.push(...page.value.records);
    if (page.value.next === null) return { records, cut: false };
    before = page.value.next;
  }
  return { records, cut: true };
}
