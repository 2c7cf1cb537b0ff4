import type { Result } from '../../../protocol/result.ts';

export function need<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.error.sentence);
}
