import { useQuery } from '@tanstack/react-query';
import { readRetention, readRetentionPlan } from '../../app/retention-api.ts';
import type { Result } from '../../../protocol/result.ts';

export const RETENTION = ['retention'] as const;
/** Others place holds too, and time goes on: read again, while this is in sight. */
const RULES_AGAIN_MS = 5000;
/** A line of each segment: a long log's is no small answer, and a day is what changes it. */
const PLAN_AGAIN_MS = 30_000;

export const useRules = () => useAgain('rules', RULES_AGAIN_MS, readRetention);
export const usePlan = () => useAgain('plan', PLAN_AGAIN_MS, readRetentionPlan);

/** What was last known, and why it is not known now; a refusal takes nothing away. */
function useAgain<T>(name: string, refetchInterval: number, read: () => Promise<Result<T>>) {
  const { data, error } = useQuery({
    queryKey: [...RETENTION, name],
    refetchInterval,
    staleTime: 0,
    queryFn: async () => {
      const reply = await read();
      if (!reply.ok) throw new Error(reply.error.sentence);
      return reply.value;
    },
  });
  return { known: data ?? null, trouble: error?.message ?? null };
}
