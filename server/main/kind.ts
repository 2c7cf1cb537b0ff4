import type { Config } from '../config/config.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';

/** What a run is, as its data directory remembers it: a replay's log is never a real account's. */
export type RunKind = Config['profile'] | 'replay';

export const kindOf = (config: Pick<Config, 'profile' | 'replay'>): RunKind =>
  config.replay === null ? config.profile : 'replay';

/** `before`: the kind that the directory's log was begun by; null for a fresh one. */
export function checkKind(before: string | null, kind: RunKind, dataDir: string): Result<true> {
  if (before === null || before === kind) return ok(true);
  const sentence = `${dataDir} belongs to ${named(before)}, and this is ${named(kind)}; give another directory with --data.`;
  return refuse('data-of-another-kind', sentence);
}

const named = (kind: string): string => (kind === 'replay' ? 'a replay' : `the ${kind} profile`);
