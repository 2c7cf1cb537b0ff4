import { defineConfig } from 'vitest/config';

const inCi = process.env['CI'] !== undefined;

// Unit and property tests, beside what they test. The processes that integration tests
// start (server, sim) are the built ones: `scripts/test.mjs` builds before it runs this.
export default defineConfig({
  test: {
    environment: 'node',
    // Bounds are for what never comes, not for a slow machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // Half of what is left after the processor's part is waiting for processes and sockets.
    maxWorkers: 3,
    // As with the end-to-end tests: a second try in CI, and `scripts/test` says which needed it.
    retry: inCi ? 1 : 0,
    projects: [
      // Computes only: its files share a process, and what they import is loaded once.
      project('pure', ['protocol', 'shaders', 'web'], false),
      // Has processes, sockets and files: each file alone.
      project('effects', ['server', 'sim', 'sdk', 'bench'], true),
    ],
  },
});

function project(name: string, folders: readonly string[], isolate: boolean) {
  const include = [`{${folders.join(',')}}/**/*.test.{ts,tsx}`];
  return { extends: true as const, test: { name, include, isolate } };
}
