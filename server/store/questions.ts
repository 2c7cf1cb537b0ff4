import type { AuditSearch } from '../../protocol/audit.ts';
import type { Micros } from '../../protocol/units.ts';

/** A signed head of the audit log, kept in the database as an anchor. */
export interface RecordedHead {
  readonly size: number;
  /** Hex. */
  readonly root: string;
  /** The signed note. */
  readonly checkpoint: string;
  readonly signedAt: Micros;
}

/** What the store is asked by the control thread. */
export type StoreQuestion =
  | { readonly kind: 'search'; readonly search: AuditSearch }
  | { readonly kind: 'record-head'; readonly head: RecordedHead }
  | { readonly kind: 'newest-head' }
  /** Retention removed records: their bodies go here too. */
  | { readonly kind: 'forget' };
