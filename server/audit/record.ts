import { auditRecordSchema, type AuditRecord } from '../../protocol/audit.ts';
import { canonicalRecordJson, canonicalString } from '../../protocol/canonical.ts';
import type { FactorKind } from '../../protocol/factors.ts';
import type { Role } from '../../protocol/session.ts';
import type { Micros } from '../../protocol/units.ts';

export type { AuditRecord };

/** Plain JSON, no secrets; a `bigint` is written as a string of its digits, `undefined` is left out. */
export type Details = Readonly<Record<string, unknown>>;

/** Who asked, as the server knows it. */
export interface AskedBy {
  /** The session's public id. */
  readonly session: string | null;
  readonly role: Role | null;
  readonly address: string | null;
}

/** What happened, as its owner says it. */
export interface AuditEntry {
  /** A user, a strategy, `host` (somebody on the machine) or `server` itself. */
  readonly actor: string;
  /** `halt.press`, `order.place`, `user.create` … */
  readonly action: string;
  /** What it was done to: `firm`, a venue, an order, a user. */
  readonly scope: string;
  readonly details: Details;
  /** `spooled`: the log could not be written when it happened. */
  readonly flags?: readonly string[];
  readonly by?: AskedBy;
  readonly order?: string;
  /** The sender's own id of the order. */
  readonly client?: string;
  readonly before?: Details;
  readonly after?: Details;
  readonly reason?: string;
  readonly factor?: FactorKind;
  /** A passkey's signature over the action. */
  readonly assertion?: Details;
}

/** An entry with the times at which it happened; its sequence comes when it is written. */
export interface Stamped {
  readonly entry: AuditEntry;
  /** UTC, ns since 1970. */
  readonly wall: bigint;
  /** Bound of `wall`'s error in ns; null = not known. */
  readonly wallError: bigint | null;
  /** Monotonic ns of the run. */
  readonly mono: bigint;
  readonly flags: readonly string[];
}

/** What is the same in every record of one start. */
export interface Origin {
  readonly run: string;
  /** Version and build of the program. */
  readonly code: string;
}

/** Writes the records of one start. The members' names are in canonical order (RFC 8785) once and for all. */
export class RecordEncoder {
  readonly #code: string;
  readonly #run: string;

  constructor({ run, code }: Origin) {
    this.#code = canonicalString(code);
    this.#run = canonicalString(run);
  }

  /** The canonical bytes of a record, as text; throws for what JSON can't say. */
  encode(seq: number, { entry, wall, wallError, mono, flags }: Stamped): string {
    const { by } = entry;
    return (
      `{"action":${canonicalString(entry.action)},"actor":${canonicalString(entry.actor)}` +
      `,"address":${text(by?.address)},"after":${json(entry.after)},"assertion":${json(entry.assertion)}` +
      `,"before":${json(entry.before)},"client":${text(entry.client)},"code":${this.#code}` +
      `,"details":${object(entry.details)},"factor":${text(entry.factor)}` +
      `,"flags":${flags.length === 0 ? '[]' : canonicalRecordJson(flags)},"mono":"${mono}"` +
      `,"order":${text(entry.order)},"reason":${text(entry.reason)},"role":${text(by?.role)}` +
      `,"run":${this.#run},"scope":${canonicalString(entry.scope)},"seq":${seq}` +
      `,"session":${text(by?.session)},"v":2,"wall":"${wall}"` +
      `,"wallError":${wallError === null ? 'null' : `"${wallError}"`}}`
    );
  }
}

const text = (value: string | null | undefined): string =>
  value === null || value === undefined ? 'null' : canonicalString(value);
const json = (value: Details | undefined): string => (value === undefined ? 'null' : object(value));

/** A value may speak for itself (`toJSON`), but a record's members are objects or a restart refuses it. */
function object(value: Details): string {
  const written = canonicalRecordJson(value);
  if (!written.startsWith('{')) throw new TypeError('not an object');
  return written;
}

/** null: not a record that this version knows. */
export function decodeRecord(payload: Uint8Array): AuditRecord | null {
  const value = parse(payload);
  return auditRecordSchema.safeParse(value).data ?? null;
}

/** What a record of another version says it is; null when it is no record at all. */
export function versionOf(payload: Uint8Array): number | null {
  const value = parse(payload);
  const version = typeof value === 'object' && value !== null ? (value as { v?: unknown }).v : null;
  return typeof version === 'number' ? version : null;
}

/** When it happened, in the unit of everything else. */
export function wallMicrosOf(record: Pick<AuditRecord, 'wall'>): Micros {
  return Number(BigInt(record.wall) / 1000n) as Micros;
}

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8'));
  } catch {
    return null;
  }
}
