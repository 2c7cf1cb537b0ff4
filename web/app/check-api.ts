import {
  checkTakenSchema,
  crossCheckReplySchema,
  type CheckReport,
  type CrossCheckReply,
} from '../../protocol/cross-check.ts';
import type { Result } from '../../protocol/result.ts';
import { ask } from '../audit/ask.ts';
import { tryCall } from './api/call.ts';

/** What the server last computed, to be computed again here. */
export const readCheck = (): Promise<Result<CrossCheckReply>> =>
  ask('/api/kernels/check', crossCheckReplySchema);

export const reportCheck = (report: CheckReport): Promise<Result<unknown>> =>
  tryCall('/api/kernels/check', checkTakenSchema, report);
