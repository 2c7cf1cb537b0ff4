import type { Result } from '../../../protocol/result.ts';
import type { Head } from '../signer.ts';

/** A place elsewhere that keeps signed heads, so that a log cut or written anew shows. */
export interface Anchor {
  readonly kind: 'file' | 'webhook' | 'database';
  /** As a person names it; no secret in it. */
  readonly name: string;
  /** Never rejects; an answer means that the place has it for good. */
  put(head: Head): Promise<Result<null>>;
  /** The newest signed note that was ever put there; null = none. Never rejects. */
  newest(): Promise<Result<string | null>>;
  /** Ends what hangs; never rejects. */
  close(): Promise<void>;
}
