import { z } from 'zod';
import { unitSchema } from '../../protocol/units.ts';

/** What happened, as its owner says it: plain JSON, no secrets, `bigint`s written as strings. */
export interface AuditEntry {
  /** A user, a strategy, or `server` itself. */
  readonly actor: string;
  /** `halt.press`, `order.place`, `user.create` … */
  readonly action: string;
  /** What it was done to: `firm`, a venue, an order, a user. */
  readonly scope: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** `spooled`: the log could not be written when it happened. */
  readonly flags?: readonly string[];
}

const recordSchema = z.object({
  v: z.literal(1),
  /** 1, 2, 3 … without a gap; the order of the log. Times are for people (clocks step). */
  seq: unitSchema.count,
  wall: unitSchema.micros,
  /** Monotonic µs of the run that `run` names. */
  mono: z.number(),
  run: z.string(),
  actor: z.string(),
  action: z.string(),
  scope: z.string(),
  details: z.record(z.string(), z.unknown()),
  flags: z.array(z.string()),
});
export type AuditRecord = z.infer<typeof recordSchema>;

/** An entry with the times at which it happened; its sequence comes when it is written. */
export type Stamped = Omit<AuditRecord, 'v' | 'seq'>;

export function encodeRecord(seq: number, stamped: Stamped): Buffer {
  const record: AuditRecord = { v: 1, seq, ...stamped };
  return Buffer.from(
    JSON.stringify(record, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
  );
}

/** null: not a record that this version knows. */
export function decodeRecord(payload: Buffer): AuditRecord | null {
  try {
    return recordSchema.safeParse(JSON.parse(payload.toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}
