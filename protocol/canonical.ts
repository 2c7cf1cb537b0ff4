/**
 * Canonical JSON, RFC 8785: one spelling for one value, so that a hash or a signature covers a
 * value and not a way of writing it. Members in the order of their names' UTF-16 units, numbers as
 * ECMAScript writes them, strings with the least escaping, no space.
 */

/** Deeper than any value of ours; a value that contains itself ends here instead of at the stack's end. */
const DEPTH = 200;
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
/** With the `u` flag only a surrogate without its other half matches. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Members that are `undefined` are left out; throws `TypeError` for whatever else JSON can't say. */
export function canonicalJson(value: unknown): string {
  return write(value, 0, false);
}

/** The same, with a `bigint` as a string of its decimal digits, as our records and messages have it. */
export function canonicalRecordJson(value: unknown): string {
  return write(value, 0, true);
}

/** A string as canonical JSON has it, quotes included; throws for half a surrogate pair. */
export function canonicalString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (LONE_SURROGATE.test(text)) throw new TypeError('a string with half a surrogate pair is no JSON');
  return JSON.stringify(text);
}

function write(value: unknown, depth: number, bigints: boolean): string {
  switch (typeof value) {
    case 'string':
      return canonicalString(value);
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`${String(value)} is no JSON number`);
      // `String(-0)` is "0", as the RFC wants it.
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      if (bigints) return `"${value.toString()}"`;
      throw new TypeError('a bigint is no JSON number');
    case 'object':
      if (value === null) return 'null';
      if (depth >= DEPTH) throw new TypeError(`a value nested deeper than ${DEPTH} is not written`);
      return Array.isArray(value) ? writeList(value, depth, bigints) : writeObject(value, depth, bigints);
    default:
      throw new TypeError(`${typeof value} is no JSON value`);
  }
}

function writeList(list: readonly unknown[], depth: number, bigints: boolean): string {
  let text = '[';
  for (let i = 0; i < list.length; i++) {
    if (i > 0) text += ',';
    text += write(list[i], depth + 1, bigints);
  }
  return `${text}]`;
}

function writeObject(object: object, depth: number, bigints: boolean): string {
  const { toJSON } = object as { toJSON?: unknown };
  if (typeof toJSON === 'function') return write(toJSON.call(object), depth + 1, bigints);
  const members = object as Readonly<Record<string, unknown>>;
  // The default order of `sort` is that of UTF-16 units, which is the RFC's.
  const names = Object.keys(members).sort();
  let text = '{';
  for (const name of names) {
    const member = members[name];
    if (member === undefined) continue;
    text += `${text.length > 1 ? ',' : ''}${canonicalString(name)}:${write(member, depth + 1, bigints)}`;
  }
  return `${text}}`;
}
