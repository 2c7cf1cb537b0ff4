import { dirname, isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const DATA = join(ROOT, 'data');

/** A path as a person would type it from the root. */
export function shortPath(path) {
  const short = relative(ROOT, path);
  return short === '' || short.startsWith('..') || isAbsolute(short) ? path : short;
}
