import type { Refusal } from '../../protocol/result.ts';
import type { Database } from './database.ts';
import type { Projection } from './projection.ts';

export type StoreState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'ready'; readonly database: Database; readonly projection: Projection }
  | { readonly kind: 'down'; readonly refusal: Refusal };
