/**
 * The audit log as consoles and tools see it: the record (version 2, RFC 8785 canonical JSON; its
 * leaf is SHA-256(0x00 ‖ canonical bytes), RFC 9162), the newest signed head, proofs and search.
 * Record `seq` is leaf `seq - 1`.
 *
 *     GET /api/audit/head                        → HeadReply
 *     GET /api/audit/records?…AuditSearch        → RecordsReply     (from the store's projection)
 *     GET /api/audit/records/:seq                → RecordReply      (the very bytes, from the log)
 *     GET /api/audit/inclusion?seq=&size=        → ProofReply
 *     GET /api/audit/consistency?from=&to=       → ProofReply
 *     GET /api/audit/tlog/checkpoint | /tlog/tile/<L>/<N>[.p/<W>]    C2SP tlog-tiles
 *
 * All need the permission `audit.read`.
 */
import { z } from 'zod';
import { roleSchema } from './roles.ts';
import { unitSchema } from './units.ts';
import { FACTOR_KINDS } from './factors.ts';

/** Nanoseconds as a decimal string: they don't fit a number. */
const nanos = z.string().regex(/^-?\d{1,20}$/);
const json = z.record(z.string(), z.unknown());

export const auditRecordSchema = z.strictObject({
  v: z.literal(2),
  /** 1, 2, 3 … without a gap; the order of the log. Times are for people (clocks step). */
  seq: unitSchema.count,
  /** UTC, ns since 1970. */
  wall: nanos,
  /** Bound of `wall`'s error against UTC in ns; null = not known. */
  wallError: nanos.nullable(),
  /** Monotonic ns of the run that `run` names. */
  mono: nanos,
  run: z.string(),
  /** Version and build of the program that wrote it. */
  code: z.string(),
  /** A user, a strategy, `host` (somebody on the machine) or `server` itself. */
  actor: z.string(),
  /** Public id of the actor's session; null when there is none. */
  session: z.string().nullable(),
  role: roleSchema.nullable(),
  /** Address that the request came from; null when it came from inside. */
  address: z.string().nullable(),
  /** `halt.press`, `order.place`, `auth.user` … */
  action: z.string(),
  /** What it was done to: `firm`, a venue, an order, a user. */
  scope: z.string(),
  order: z.string().nullable(),
  /** The sender's own id of the order. */
  client: z.string().nullable(),
  /** What was there before and after a change; null when the action changes nothing that has a before. */
  before: json.nullable(),
  after: json.nullable(),
  reason: z.string().nullable(),
  factor: z.enum(FACTOR_KINDS).nullable(),
  /** A passkey's signature over the action, verifiable offline. */
  assertion: json.nullable(),
  details: json,
  flags: z.array(z.string()),
});
export type AuditRecord = z.infer<typeof auditRecordSchema>;

/** Every field narrows; none given = everything. Newest first. */
export const auditSearchSchema = z.strictObject({
  from: unitSchema.micros.optional(),
  to: unitSchema.micros.optional(),
  actor: z.string().max(64).optional(),
  /** Exact, or a family with a trailing dot: `halt.`. */
  action: z.string().max(64).optional(),
  order: z.string().max(64).optional(),
  scope: z.string().max(200).optional(),
  flag: z.string().max(64).optional(),
  /** Words anywhere in the record; all of them. */
  text: z.string().max(200).optional(),
  /** Only records before this sequence: the page before's `next`. */
  before: unitSchema.count.optional(),
  /** Or the n-th page, from 1. */
  page: z.number().int().min(1).max(1_000_000).optional(),
  limit: z.number().int().min(1).max(500).default(50),
});
export type AuditSearch = z.infer<typeof auditSearchSchema>;

export const recordsReplySchema = z.object({
  ok: z.literal(true),
  records: z.array(auditRecordSchema),
  /** Give it as `before` for the next page; null on the last. */
  next: unitSchema.count.nullable(),
  /** How many match, up to 10,000; `more` says that there are more. */
  total: unitSchema.count,
  more: z.boolean(),
  /** The projection's newest record; the log may be a moment ahead. */
  projected: unitSchema.count,
});
export type RecordsReply = z.infer<typeof recordsReplySchema>;

export const recordReplySchema = z.object({
  ok: z.literal(true),
  seq: unitSchema.count,
  /** The canonical bytes as text: what was hashed. Null: removed by retention, its hash remains. */
  payload: z.string().nullable(),
  leaf: z.string().regex(/^[0-9a-f]{64}$/),
});

export const anchorSchema = z.object({
  /** `file`, `webhook`, `database`. */
  kind: z.string(),
  name: z.string(),
  /** The newest head that was put there, and when; null = none yet. */
  size: unitSchema.count.nullable(),
  at: unitSchema.micros.nullable(),
  /** Null = works. */
  trouble: z.string().nullable(),
});
export type AnchorView = z.infer<typeof anchorSchema>;

export const headReplySchema = z.object({
  ok: z.literal(true),
  /** A signed note (C2SP checkpoint): origin, size, root in base64, signature. */
  checkpoint: z.string(),
  /** The log's key as a note verifier key: `name+hash+base64(0x01 ‖ Ed25519 public key)`. */
  verifier: z.string(),
  size: unitSchema.count,
  root: z.string().regex(/^[0-9a-f]{64}$/),
  signedAt: unitSchema.micros,
  anchors: z.array(anchorSchema),
});
export type HeadReply = z.infer<typeof headReplySchema>;

/** Hashes in hex, as RFC 9162 orders them. */
export const proofReplySchema = z.object({
  ok: z.literal(true),
  hashes: z.array(z.string().regex(/^[0-9a-f]{64}$/)),
});
