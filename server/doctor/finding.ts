/** One thing that the doctor looked at. */
export interface Finding {
  /** Stable, for programs: `tls-missing`. */
  readonly id: string;
  readonly severity: Severity;
  /** What is so. */
  readonly sentence: string;
  /** What to do; empty when it is good. */
  readonly action: string;
}

/** `dangerous`: somebody can misuse it now, or evidence is lost. `unknown`: it could not be looked at. */
export type Severity = 'dangerous' | 'weak' | 'unknown' | 'good';

const make =
  (severity: Severity) =>
  (id: string, sentence: string, action = ''): Finding => ({ id, severity, sentence, action });

export const dangerous = make('dangerous');
export const weak = make('weak');
export const unknown = make('unknown');
export const good = make('good');
