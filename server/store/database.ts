/** What the store needs of a database; PostgreSQL by `pg` and PGlite answer it alike. */
import type { Cancel } from '../clock.ts';

type Scalar = string | number | bigint | boolean | null;
export type Value = Scalar | Uint8Array | readonly Scalar[] | readonly Uint8Array[];

export interface Queries {
  /**
   * One statement; `R` is the row that it selects. `bigint` columns come as numbers (safe ones),
   * `bytea` as `Buffer`, arrays as arrays. Throws `DatabaseError`.
   */
  query<R = unknown>(sql: string, values?: readonly Value[]): Promise<readonly R[]>;
  /** Several statements without values. */
  script(sql: string): Promise<void>;
}

export type DatabaseKind = 'postgresql' | 'embedded' | 'pglite';

export interface Database extends Queries {
  readonly kind: DatabaseKind;
  readonly version: string;
  /** All or nothing; `work` must only use the queries it is given. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /** The one writer of this projection, until `close`; false when another program is it. */
  claim(): Promise<boolean>;
  /** Called at most once, when the connection that holds the claim, or the database itself, is gone. */
  onLost(listener: (sentence: string) => void): Cancel;
  close(): Promise<void>;
}

/** The database refused or did not answer. `code`: its SQLSTATE or the system's error code. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
  readonly code: string | null;

  constructor(message: string, code: string | null) {
    super(message);
    this.code = code;
  }
}

/** A sentence without what an address may hide: users, passwords, hosts stay out of it. */
export function databaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ECONNREFUSED':
      return new DatabaseError('nothing listens at its address', code);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new DatabaseError('its host name is not known', code);
    case 'ENOENT':
      return new DatabaseError('its socket is not there', code);
    case 'ECONNRESET':
    case 'EPIPE':
      return new DatabaseError('the connection broke', code);
    case 'ETIMEDOUT':
      return new DatabaseError('it does not answer', code);
    case '28P01':
    case '28000':
      return new DatabaseError('it refuses this user or password', code);
    case '3D000':
      return new DatabaseError('that database does not exist there', code);
    case '42501':
      return new DatabaseError('this user may not do that there', code);
    case '53100':
      return new DatabaseError('its disk is full', code);
    case '57P01':
    case '57P02':
    case '57P03':
      return new DatabaseError('it is starting or stopping', code);
    default:
      return new DatabaseError(message || 'unknown cause', code ?? null);
  }
}

/** A `bigint` column as a number; the log counts in safe integers. */
export function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit a number`);
  return value;
}
