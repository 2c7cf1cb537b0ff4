/** The console's page: read whole at the start, so that a rebuild never serves half of two versions. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export interface PageFile {
  readonly bytes: Buffer;
  readonly type: string;
  readonly etag: string;
  /** A name with a hash of its contents never changes. */
  readonly cache: string;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  map: 'application/json; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
  wgsl: 'text/plain; charset=utf-8',
};
const HASHED_NAME = /[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;

export class Page {
  readonly #files = new Map<string, PageFile>();

  /** Throws when the folder has no index.html: it was not built. */
  constructor(folder: string) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      const path = `/${relative(folder, file).split(sep).join('/')}`;
      const bytes = readFileSync(file);
      this.#files.set(path, {
        bytes,
        type: TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
        etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
        cache:
          path.startsWith('/assets/') && HASHED_NAME.test(path)
            ? 'public, max-age=31536000, immutable'
            : 'no-cache',
      });
    }
    if (!this.#files.has('/index.html')) throw new Error(`${folder} has no index.html`);
  }

  /** The file of this path; a path that names no file is one of the page's own views. */
  find(path: string): PageFile | null {
    const exact = this.#files.get(path);
    if (exact) return exact;
    const isView = !path.slice(path.lastIndexOf('/')).includes('.');
    return isView ? (this.#files.get('/index.html') ?? null) : null;
  }
}
