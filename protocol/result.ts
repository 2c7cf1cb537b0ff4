/** What went wrong, for a person and for a program. `code` is stable, `sentence` is complete. */
export interface Refusal {
  readonly code: string;
  readonly sentence: string;
}

/** An error the caller must choose about. What it cannot choose about is thrown. */
export type Result<T, E = Refusal> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function refuse(code: string, sentence: string): { readonly ok: false; readonly error: Refusal } {
  return { ok: false, error: { code, sentence } };
}
