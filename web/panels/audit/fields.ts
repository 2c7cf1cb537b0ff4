/** One field of a record's values, by its dotted path, before and after. Null: it was not there. */
export interface FieldChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly kind: 'same' | 'changed' | 'added' | 'removed';
}

type Values = Readonly<Record<string, unknown>>;

/** `venues.0.name` → text, in the order in which they come. Empty lists and objects keep their place. */
export function flatFields(values: Values): readonly (readonly [string, string])[] {
  return Object.entries(values).flatMap(([name, value]) => flat(name, value));
}

function flat(path: string, value: unknown): (readonly [string, string])[] {
  if (typeof value === 'object' && value !== null) {
    const inner = Object.entries(value as Values);
    if (inner.length === 0) return [[path, Array.isArray(value) ? 'none' : '{}']];
    return inner.flatMap(([name, deeper]) => flat(`${path}.${name}`, deeper));
  }
  return [[path, textOf(value)]];
}

/** A text as it is, anything else as JSON says it: an empty text is seen to be one. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value === '' ? '""' : value;
  return JSON.stringify(value);
}

/** What a change changed: changed fields first, then what stayed. */
export function changesOf(before: Values | null, after: Values | null): readonly FieldChange[] {
  const old = new Map(before ? flatFields(before) : []);
  const fresh = new Map(after ? flatFields(after) : []);
  const changes = [...new Set([...old.keys(), ...fresh.keys()])].map((path): FieldChange => {
    const was = old.get(path) ?? null;
    const is = fresh.get(path) ?? null;
    const kind = was === null ? 'added' : is === null ? 'removed' : was === is ? 'same' : 'changed';
    return { path, before: was, after: is, kind };
  });
  return [...changes.filter(({ kind }) => kind !== 'same'), ...changes.filter(({ kind }) => kind === 'same')];
}
