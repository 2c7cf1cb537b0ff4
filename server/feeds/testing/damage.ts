/**
 * What can become of a frame on its way, or be made of it by somebody who means harm. All of it is
 * worked out from `random`, in [0, 1): a seed says the whole of it.
 */
import {
  countOf,
  isNumeric,
  isScalar,
  isText,
  mapTree,
  readTree,
  replaceNth,
  scalar,
  textOf,
  type Tree,
} from './json-tree.ts';

export type Random = () => number;
export type Damage = (text: string, random: Random) => string;

/** The same JSON with the fields of every object the other way round. */
export const reordered = (text: string): string => textOf(mapTree(readTree(text), withFields(reversedOf)));

/** What means the same as before, however it is written. */
export const HARMLESS = {
  'fields in another order': (text, random) =>
    textOf(
      mapTree(
        readTree(text),
        withFields((fields) => shuffled(fields, random)),
      ),
    ),
  'fields that nobody knows': (text, random) =>
    textOf(
      mapTree(
        readTree(text),
        withFields((fields) => shuffled([...fields, pick(UNKNOWN_FIELDS, random)], random)),
      ),
    ),
  'a letter as an escape': (text, random) => escaped(text, random),
  'blanks between everything': (text, random) =>
    textOf(readTree(text), pick([' ', '\n', '\t', ' \r\n'], random)),
} as const satisfies Readonly<Record<string, Damage>>;

/** A number as a text, or the reverse. */
export const turned: Damage = (text, random) =>
  textOf(
    changedAt(readTree(text), isNumeric, random, (node) =>
      isText(node) ? scalar(scalarText(node).slice(1, -1)) : scalar(`"${scalarText(node)}"`),
    ),
  );

/** Other numbers, as long and written alike, and lists of other lengths. */
export const varied: Damage = (text, random) =>
  textOf(
    mapTree(readTree(text), (node) => {
      if (isNumeric(node)) return scalar(otherDigits(scalarText(node), random));
      if (node.kind !== 'array' || node.items.length === 0 || node.items.every(isScalar)) return node;
      const length = 1 + Math.floor(random() * 4);
      return { kind: 'array', items: Array.from({ length }, () => pick(node.items, random)) };
    }),
  );

/** Less than the whole of it. */
export const truncated: Damage = (text, random) => text.slice(0, Math.floor(random() * text.length));

/** Something else where a value was. */
export const mangled: Damage = (text, random) =>
  textOf(
    changedAt(
      readTree(text),
      () => true,
      random,
      () => scalar(pick(ODD_VALUES, random)),
    ),
  );

/** Some letters replaced by others, in the middle of anything. */
export const patched: Damage = (text, random) => {
  const at = Math.floor(random() * text.length);
  return text.slice(0, at) + pick(PATCHES, random) + text.slice(at + Math.floor(random() * 4));
};

/** Bytes of no text at all. */
export const noise = (random: Random, length = Math.floor(random() * 400)): Uint8Array =>
  Uint8Array.from({ length }, () => Math.floor(random() * 256));

/** So many arrays or objects in each other, as a field of the first object. */
export function deepened(text: string, depth: number, bracket: '[' | '{'): string {
  const [open, close] = bracket === '[' ? ['[', ']'] : ['{"a":', '}'];
  const deep = open.repeat(depth - 1) + (bracket === '[' ? '[]' : '{}') + close.repeat(depth - 1);
  return text.replace('{', `{"deep":${deep},`);
}

/** `text` in place of some value that is a text or a number. */
export const swollen = (frame: string, text: string, random: Random): string =>
  textOf(changedAt(readTree(frame), isScalar, random, () => scalar(text)));

/** Frames that are hostile by their size. */
export const MONSTERS = {
  'a text of 10 MB': () => `{"x":"${'y'.repeat(10_000_000)}"}`,
  '100,000 arrays in each other': () => '['.repeat(100_000) + ']'.repeat(100_000),
  '100,000 objects in each other': () => '{"a":'.repeat(100_000),
  'a number of 100,000 digits': () => `{"x":${'9'.repeat(100_000)}}`,
  '100,000 empty objects': () => `[${'{},'.repeat(99_999)}{}]`,
  'a million quotes': () => '"'.repeat(1_000_000),
  'a million backslashes': () => `{"x":"${'\\'.repeat(1_000_000)}`,
  nothing: () => '',
} as const satisfies Readonly<Record<string, () => string>>;

type Fields = Extract<Tree, { kind: 'object' }>['fields'];

const UNKNOWN_FIELDS: Fields = [
  '"unheardOf":{"of":[1,"x",null,1.5e-7]}',
  '"__proto__":{"of":[]}',
  '"constructor":"x"',
  '"":0',
].map((field) => {
  const at = field.indexOf(':');
  return [field.slice(0, at), readTree(field.slice(at + 1))] as const;
});

const ODD_VALUES = [
  ...['null', 'true', '[]', '{}', '""', '0', '-1', '-0', '1e999', '1.5e-5', '9007199254740993', '01', 'NaN'],
  ...[
    '"-1"',
    '"1e5"',
    '"0x10"',
    '" 1"',
    '"NaN"',
    '"Infinity"',
    '"\\u0000"',
    '"\\ud800"',
    '"é"',
    '"__proto__"',
  ],
  ...['[[]]', '[null]', '[1,2]', '{"toString":1}'],
  `"${'9'.repeat(1000)}"`,
  '9'.repeat(1000),
];
const PATCHES = [...Array.from('0129.-+eE"[]{},:\\/ xXZ\u0000é'), 'null', '1e999', '""', '[]', '\\u0041', ''];

const reversedOf = <T>(all: readonly T[]): T[] => [...all].reverse();

const withFields =
  (change: (fields: Fields) => Fields) =>
  (node: Tree): Tree =>
    node.kind === 'object' ? { kind: 'object', fields: change(node.fields) } : node;

const scalarText = (node: Tree): string => (isScalar(node) ? node.text : '');

function pick<T>(all: readonly T[], random: Random): T {
  return all[Math.floor(random() * all.length)] as T;
}

function shuffled<T>(all: readonly T[], random: Random): T[] {
  return all
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

/** One node of this sort changed; the tree as it is where there is none. */
function changedAt(
  tree: Tree,
  isOf: (node: Tree) => boolean,
  random: Random,
  change: (node: Tree) => Tree,
): Tree {
  return replaceNth(tree, isOf, Math.floor(random() * countOf(tree, isOf)), change);
}

/** One letter or digit, of a name or a text, as JSON may write it too. */
function escaped(text: string, random: Random): string {
  const letters = [...text.matchAll(/"(?:[^"\\]|\\.)+"/g)].flatMap(({ index, 0: quoted }) =>
    Array.from(quoted.matchAll(/\w/g), (letter) => index + letter.index),
  );
  const at = pick(letters, random);
  const code = text.charCodeAt(at).toString(16).padStart(4, '0');
  return `${text.slice(0, at)}\\u${code}${text.slice(at + 1)}`;
}

/** Not at the beginning: a number begins with no needless zero. */
const otherDigits = (text: string, random: Random): string =>
  text.replace(/(?<=\d)\d|(?<=\.)\d/g, () => String(Math.floor(random() * 10)));
