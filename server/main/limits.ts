import { z } from 'zod';
import { unitSchema, type Micros } from '../../protocol/units.ts';
import type { AuditEntry } from '../audit/record.ts';
import type { Config } from '../config/config.ts';
import type { Limits } from '../gate/limits.ts';

const recordedSchema = z.object({
  orderValue: z.string(),
  positionValue: z.string(),
  valueAtRisk: z.string().nullable().default(null),
  clusterValue: z.string().nullable().default(null),
  ordersPerSecond: z.number(),
  version: unitSchema.count,
  setBy: z.string(),
  since: unitSchema.micros,
});

/**
 * The limits to start with: those of the last run, with their version and the time since when they
 * hold, if the configuration still says the same; else the next version, from now, and the record
 * of it. `last`: the details of the log's newest `server.limits` record.
 */
export function limitsOf(
  config: Pick<Config, 'limits' | 'profile'>,
  last: unknown,
  now: Micros,
): { readonly limits: Limits; readonly record: AuditEntry | null } {
  const { orderValue, positionValue, valueAtRisk, clusterValue, ordersPerSecond } = config.limits;
  const setBy = `${config.profile} profile`;
  const before = recordedSchema.safeParse(last).data;
  const isSame =
    before?.orderValue === String(orderValue) &&
    before.positionValue === String(positionValue) &&
    before.valueAtRisk === (valueAtRisk?.toString() ?? null) &&
    before.clusterValue === (clusterValue?.toString() ?? null) &&
    before.ordersPerSecond === ordersPerSecond &&
    before.setBy === setBy;
  const version = isSame ? before.version : (before?.version ?? 0) + 1;
  const limits: Limits = { ...config.limits, version, setBy, since: isSame ? before.since : now };
  if (isSame) return { limits, record: null };
  // Whoever edits the file sits at the host: the log can't know more of them than that.
  return {
    limits,
    record: {
      actor: 'host',
      action: 'server.limits',
      scope: 'firm',
      details: { ...limits },
      reason: before ? 'The configuration file was changed.' : 'The first start.',
      ...(before ? { before: { ...before } } : {}),
      after: { ...limits },
    },
  };
}
