// What a release is made of: one hash over every built file that runs, so that a program that was
// changed after the build is another release than the one that its log names.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Benches and servers made for one test are no part of it; nor are maps, which nothing runs. */
const LEFT_OUT = /^node\/(bench|server-protocol-\d+)\/|\.map$/;

/** SHA-256 over the names and contents of `dist/node` and `dist/web`, with how many files these are. */
export function releaseOf(root) {
  const dist = join(root, 'dist');
  const files = ['node', 'web']
    .filter((folder) => existsSync(join(dist, folder)))
    .flatMap((folder) => readdirSync(join(dist, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dist, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => !LEFT_OUT.test(name))
    .sort();
  const hash = createHash('sha256');
  for (const name of files) {
    const bytes = readFileSync(join(dist, name));
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return { release: hash.digest('hex'), files: files.length };
}

/** As the build leaves it for the server, and for whoever compares. */
export function writeRelease(root) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const text = `${JSON.stringify({ version, ...releaseOf(root) })}\n`;
  const file = join(root, 'dist/release.json');
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

/** What the build wrote down, or null. */
export function writtenRelease(root) {
  try {
    return JSON.parse(readFileSync(join(root, 'dist/release.json'), 'utf8')).release ?? null;
  } catch {
    return null;
  }
}
