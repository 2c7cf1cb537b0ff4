/** Effects: builds a page of bench/pages, serves it from localhost (a secure context) and opens it in Chromium. */
import { readFile } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { build } from 'vite';

/** Flags under which Chromium offers WebGPU on its software adapter. */
const FLAGS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.wasm': 'application/wasm',
};

export interface BenchPage {
  readonly page: Page;
  readonly browserVersion: string;
  readonly close: () => Promise<void>;
}

export interface PageOptions {
  /** Puts further files into the folder that is served; libraries there may make workers of their own text. */
  readonly prepare?: (folder: string) => Promise<void>;
}

/** The console's own script policy, but for libraries whose workers are blobs. */
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const LOOSE_POLICY = "default-src 'self' blob:; script-src 'self' blob: 'wasm-unsafe-eval'";

/**
 * Opens `bench/pages/<name>.html` under the console's own script policy, isolated as the console is, so
 * that threads may share memory; run from the repository's root.
 */
export async function openBenchPage(name: string, { prepare }: PageOptions = {}): Promise<BenchPage> {
  const folder = mkdtempSync(join(tmpdir(), 'cwts-bench-'));
  let server: Server | null = null;
  let browser: Browser | null = null;
  const close = async (): Promise<void> => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await buildPage(name, folder);
    await prepare?.(folder);
    server = await serve(folder, prepare === undefined ? POLICY : LOOSE_POLICY);
    browser = await chromium.launch({
      executablePath: process.env['CWTS_CHROMIUM'] || '/usr/bin/chromium',
      args: FLAGS,
    });
    const page = await browser.newPage();
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await page.goto(`http://localhost:${port}/${name}.html`);
    return { page, browserVersion: browser.version(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function buildPage(name: string, folder: string): Promise<void> {
  await build({
    root: join(process.cwd(), 'bench/pages'),
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    worker: { format: 'es' },
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'es2022',
      rolldownOptions: { input: join(process.cwd(), `bench/pages/${name}.html`) },
    },
  });
}

function serve(folder: string, policy: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    readFile(join(folder, path)).then(
      (body) =>
        response
          .writeHead(200, {
            'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
            'content-security-policy': policy,
            'cross-origin-opener-policy': 'same-origin',
            'cross-origin-embedder-policy': 'require-corp',
          })
          .end(body),
      () => response.writeHead(404).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, 'localhost', () => resolve(server));
  });
}
