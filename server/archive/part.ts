import type { Result } from '../../protocol/result.ts';
import type { RowReading } from '../health/rows.ts';

/** The log as far as it is on disk and acknowledged: nothing behind it may be read. */
export interface LogHead {
  readonly size: number;
  /** RFC 9162 root in hex, of a signed head; null when none was signed at this size. */
  readonly root: string | null;
}

/** Something that follows the log behind the server: a projection, a copy, reports. */
export interface Part {
  /** What questions are addressed to, and the id of its health row. */
  readonly name: string;
  /** Returns at once; whatever fails is tried again and said in `status`. */
  start(): void;
  head(head: LogHead): void;
  /** Null: another part's row says how it is. */
  status(): RowReading | null;
  /** Never rejects. */
  ask(question: unknown): Promise<Result<unknown>>;
  stop(): Promise<void>;
}
