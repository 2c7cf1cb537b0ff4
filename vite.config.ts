// Builds the page: `web/` and its two workers into `dist/web`, with nothing inlined that the
// page's CSP would refuse.
import { readFileSync } from 'node:fs';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { z } from 'zod';

const manifest = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8')));

export default defineConfig({
  root: 'web',
  publicDir: '../public',
  plugins: [react()],
  define: { __CONSOLE_VERSION__: JSON.stringify(manifest.version) },
  worker: { format: 'es' },
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    // `data:` addresses are refused by the CSP, for fonts and pictures too.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
  },
});
