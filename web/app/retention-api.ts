import {
  retentionPlanReplySchema,
  retentionReplySchema,
  type RetentionPlanReply,
  type RetentionReply,
} from '../../protocol/retention.ts';
import type { Result } from '../../protocol/result.ts';
import { ask } from '../audit/ask.ts';

export const readRetention = (): Promise<Result<RetentionReply>> =>
  ask('/api/retention', retentionReplySchema);

/** Slow only once: the server reads each segment of its log the first time that somebody asks. */
export const readRetentionPlan = (): Promise<Result<RetentionPlanReply>> =>
  ask('/api/retention/plan', retentionPlanReplySchema);
