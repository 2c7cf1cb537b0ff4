/**
 * JSON as a tree of what was sent: numbers keep their digits, texts their escapes, objects their
 * order, so that it can be taken apart and put together otherwise without a change of meaning.
 */
export type Tree =
  | { readonly kind: 'object'; readonly fields: (readonly [key: string, value: Tree])[] }
  | { readonly kind: 'array'; readonly items: Tree[] }
  /** A text with its quotes, a number, or a literal. */
  | { readonly kind: 'scalar'; readonly text: string };

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g;

/** @throws Error when it is not JSON in its brackets and commas; what a scalar says is not looked at. */
export function readTree(text: string): Tree {
  const tokens = text.match(TOKEN) ?? [];
  let at = 0;
  const next = (): string => {
    const token = tokens[at++];
    if (token === undefined) throw new Error(`no JSON: ${text.slice(0, 80)}`);
    return token;
  };
  const list = (end: string, entry: () => void): void => {
    if (tokens[at] === end) {
      at += 1;
      return;
    }
    do entry();
    while (next() === ',');
  };
  const value = (): Tree => {
    const token = next();
    if (token === '{') {
      const fields: (readonly [string, Tree])[] = [];
      list('}', () => {
        const key = next();
        next();
        fields.push([key, value()]);
      });
      return { kind: 'object', fields };
    }
    if (token !== '[') return { kind: 'scalar', text: token };
    const items: Tree[] = [];
    list(']', () => items.push(value()));
    return { kind: 'array', items };
  };
  return value();
}

/** Its text, as venues write it: without a blank, or with `blank` behind every token. */
export function textOf(tree: Tree, blank = ''): string {
  const join = (parts: readonly string[]): string => parts.join(`,${blank}`);
  switch (tree.kind) {
    case 'scalar':
      return tree.text + blank;
    case 'array':
      return `[${blank}${join(tree.items.map((item) => textOf(item, blank)))}]${blank}`;
    case 'object': {
      const fields = tree.fields.map(([key, value]) => `${key}${blank}:${blank}${textOf(value, blank)}`);
      return `{${blank}${join(fields)}}${blank}`;
    }
  }
}

/** The same with every node replaced by what `change` makes of it, from the leaves up. */
export function mapTree(tree: Tree, change: (node: Tree) => Tree): Tree {
  switch (tree.kind) {
    case 'scalar':
      return change(tree);
    case 'array':
      return change({ kind: 'array', items: tree.items.map((item) => mapTree(item, change)) });
    case 'object':
      return change({
        kind: 'object',
        fields: tree.fields.map(([key, value]) => [key, mapTree(value, change)] as const),
      });
  }
}

/** How many nodes are of this sort. */
export function countOf(tree: Tree, isOf: (node: Tree) => boolean): number {
  let count = 0;
  mapTree(tree, (node) => {
    if (isOf(node)) count += 1;
    return node;
  });
  return count;
}

/** The same with the `nth` node of this sort replaced; there are as many as `countOf` says. */
export function replaceNth(
  tree: Tree,
  isOf: (node: Tree) => boolean,
  nth: number,
  change: (node: Tree) => Tree,
): Tree {
  let at = -1;
  return mapTree(tree, (node) => {
    if (!isOf(node)) return node;
    at += 1;
    return at === nth ? change(node) : node;
  });
}

export const scalar = (text: string): Tree => ({ kind: 'scalar', text });
export const isScalar = (node: Tree): node is Extract<Tree, { kind: 'scalar' }> => node.kind === 'scalar';
/** A text, with its quotes. */
export const isText = (node: Tree): boolean => isScalar(node) && node.text.startsWith('"');
/** A number, or a text that is one. */
export const isNumeric = (node: Tree): boolean =>
  isScalar(node) && /^"-?\d+(\.\d+)?"$|^-?\d+(\.\d+)?$/.test(node.text);

/** How deep brackets stand in each other. */
export function depthOf(tree: Tree): number {
  switch (tree.kind) {
    case 'scalar':
      return 0;
    case 'array':
      return 1 + Math.max(0, ...tree.items.map(depthOf));
    case 'object':
      return 1 + Math.max(0, ...tree.fields.map(([, value]) => depthOf(value)));
  }
}
