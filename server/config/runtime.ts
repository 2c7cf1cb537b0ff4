/** Until when Node's own makers mend a version (nodejs.org, release schedule). Odd ones live half a year. */
const END_OF_LIFE: Readonly<Record<number, string>> = {
  18: '2025-04-30',
  19: '2023-06-01',
  20: '2026-04-30',
  21: '2024-06-01',
  22: '2027-04-30',
  23: '2025-06-01',
  24: '2028-04-30',
  25: '2026-06-01',
  26: '2029-04-30',
};

export interface RuntimeLife {
  readonly major: number;
  /** UTC day; null = a version newer than this table. */
  readonly endsOn: string | null;
  readonly isOver: boolean;
}

/** `version` as `process.version`; `nowMs` Unix ms. */
export function runtimeLife(version: string, nowMs: number): RuntimeLife {
  const major = Number(/^v?(\d+)/.exec(version)?.[1] ?? NaN);
  const endsOn = END_OF_LIFE[major] ?? null;
  const oldest = Math.min(...Object.keys(END_OF_LIFE).map(Number));
  const isOver = endsOn === null ? !(major >= oldest) : nowMs > Date.parse(`${endsOn}T23:59:59Z`);
  return { major, endsOn, isOver };
}
