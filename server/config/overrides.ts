import type { StoreKind } from './schema.ts';

/** What the command line says over the file. */
export interface Overrides {
  readonly consolePort?: number;
  readonly controlPort?: number;
  readonly store?: StoreKind;
  readonly venueRest?: string;
  readonly venueWs?: string;
  /** Captures, played together. */
  readonly replay?: { readonly files: readonly string[]; readonly speed: number };
}
