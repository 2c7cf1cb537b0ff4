import { defineConfig } from 'vitest/config';

// Unit and property tests, beside what they test. The processes that integration tests
// start (server, sim) are the built ones: `scripts/test.mjs` builds before it runs this.
export default defineConfig({
  test: {
    include: ['{protocol,shaders,server,sim,web,sdk,bench}/**/*.test.{ts,tsx}'],
    environment: 'node',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
