/**
 * Maps, sets and bigints as JSON, and back: for state that is kept in a snapshot. A plain object
 * whose only member is named like one of the marks does not occur in any state of ours, and is refused.
 */
const MARKS = ['$map', '$set', '$bigint'] as const;

export function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return { $bigint: value.toString() };
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Map) return { $map: [...value].map(([key, one]) => [toPlain(key), toPlain(one)]) };
  if (value instanceof Set) return { $set: [...value].map(toPlain) };
  if (MARKS.some((mark) => mark in value)) throw new TypeError('a state with a member named like a mark');
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toPlain(member)]));
}

export function fromPlain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromPlain);
  const { $map, $set, $bigint } = value as Record<string, unknown>;
  if (Array.isArray($map))
    return new Map(($map as unknown[][]).map(([key, one]) => [fromPlain(key), fromPlain(one)]));
  if (Array.isArray($set)) return new Set($set.map(fromPlain));
  if (typeof $bigint === 'string') return BigInt($bigint);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromPlain(member)]));
}
