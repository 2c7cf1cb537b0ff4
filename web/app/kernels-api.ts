import {
  kernelHistoryReplySchema,
  type HistoryFigure,
  type HistoryRange,
  type KernelHistory,
} from '../../protocol/kernels.ts';
import type { Result } from '../../protocol/result.ts';
import { ask } from '../audit/ask.ts';

/** What the server recorded of its own analyses. */
export function readKernelHistory(
  figures: readonly HistoryFigure[],
  range: HistoryRange,
): Promise<Result<KernelHistory>> {
  return ask(`/api/kernels/history?figures=${figures.join(',')}&range=${range}`, kernelHistoryReplySchema);
}
