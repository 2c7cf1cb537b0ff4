// A fingerprint of the files a build is made from, so that an unchanged tree is not built twice.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Every file under `paths` (files or folders, relative to `root`), sorted; tests are left out. */
export function listSources(root, paths) {
  const files = [];
  const walk = (path) => {
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path)) {
        if (name !== 'node_modules' && !name.startsWith('.')) walk(join(path, name));
      }
    } else if (!/\.test\.tsx?$/.test(path)) files.push(path);
  };
  for (const path of paths) if (existsSync(join(root, path))) walk(join(root, path));
  return files.sort();
}

/** SHA-256 over the names and contents of those files. */
export function fingerprint(root, paths) {
  const hash = createHash('sha256');
  for (const file of listSources(root, paths)) {
    hash.update(`${relative(root, file)}\0`);
    hash.update(readFileSync(file));
    hash.update('\0');
  }
  return hash.digest('hex');
}
