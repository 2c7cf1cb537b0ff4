import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base } from 'playwright/test';
import { endLaunched, launch, type Outcome } from '../harness/launcher.ts';

const test = base.extend<{ folder: string }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'cwts-up-'));
    await use(folder);
    await endLaunched();
    rmSync(folder, { recursive: true, force: true });
  },
});

/** One clear sentence, no stack trace, not zero. */
function expectSentence({ code, err }: Outcome, sentence: RegExp): void {
  expect(code, 'exit code').not.toBe(0);
  expect(err.trim()).toMatch(sentence);
  expect(err.trim().split('\n')).toHaveLength(1);
  expect(err).not.toMatch(/\n\s+at /);
}

async function listen(): Promise<{ port: number; close: () => void }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return { port: address.port, close: () => server.close() };
}

test.describe('npm run up', () => {
  test('says its steps, the console and a link for each person; Ctrl-C stops it cleanly, and it starts again', async ({
    folder,
  }) => {
    const args = ['--port', '0', '--data', join(folder, 'data'), '--no-open'];
    for (const start of ['first', 'second']) {
      const up = launch('up.mjs', args);
      await up.prints(/Ctrl-C stops everything/);
      for (const step of ['packages', 'build', 'data', 'exchange', 'server']) {
        expect(up.out, start).toMatch(new RegExp(`^ +${step} .* \\d+\\.\\d s$`, 'm'));
      }
      const [, console] = await up.prints(/Console {2}(http:\/\/localhost:\d+)/);
      const links = [...up.out.matchAll(/^ {2}(\w+) +http:\/\/localhost:\d+\/enrol#token=\S+$/gm)];
      expect(links.map(([, user]) => user)).toEqual(['operator', 'second', 'admin']);
      const health = await fetch(console ?? '', { redirect: 'manual' });
      expect(health.status).toBe(200);
      const end = await up.interrupt();
      expect(end.code, end.err).toBe(0);
      await expect(fetch(console ?? '')).rejects.toThrow();
    }
  });

  test('strategies get their key in a file that only its owner reads', async ({ folder }) => {
    const data = join(folder, 'data');
    const up = launch('up.mjs', ['--port', '0', '--data', data, '--no-open']);
    await up.prints(/Ctrl-C stops everything/);
    expect(statSync(join(data, 'strategy.key')).mode & 0o777).toBe(0o600);
    const key = readFileSync(join(data, 'strategy.key'), 'utf8').trim();
    expect(up.out).not.toContain(key);

    const second = launch('up.mjs', ['--port', '0', '--data', data, '--no-open']);
    expectSentence(await second.end(), /^The data directory \S+ is in use by process \d+\./);
    expectSentence(
      await launch('reset.mjs', ['--data', data]).end(),
      /is in use by process \d+; stop it first/,
    );

    const link = await launch('link.mjs', ['--data', data, '--user', 'second']).end();
    expect(link.out).toMatch(/^http:\/\/localhost:\d+\/enrol#token=\S+\n/);
    expectSentence(
      await launch('link.mjs', ['--data', data, '--user', 'nobody']).end(),
      /no user called "nobody"/,
    );

    await up.interrupt();
    const reset = await launch('reset.mjs', ['--data', data]).end();
    expect(reset.out).toMatch(/is gone \([\d.]+ [KM]B\)/);
  });

  test('a busy port is named', async ({ folder }) => {
    const busy = await listen();
    try {
      const up = launch('up.mjs', ['--port', String(busy.port), '--data', join(folder, 'data')]);
      expectSentence(await up.end(), new RegExp(`^Port ${busy.port} \\(console\\) is busy`));
    } finally {
      busy.close();
    }
  });

  test('an old Node is told which one is needed', async () => {
    const older = `data:text/javascript,Object.defineProperty(process,'version',{value:'v18.20.1'})`;
    const up = launch('up.mjs', [], ['--import', older]);
    expectSentence(await up.end(), /needs Node 20\.19 or newer; this is Node v18\.20\.1/);
  });

  test('a broken configuration is named with its key', async ({ folder }) => {
    const config = join(folder, 'broken.toml');
    const demo = readFileSync(join(import.meta.dirname, '../../config/demo.toml'), 'utf8');
    writeFileSync(config, demo.replace('order_value = 1_000_000', 'order_value = -1'));
    const args = ['--port', '0', '--data', join(folder, 'data'), '--config', config];
    const up = launch('up.mjs', args);
    expectSentence(await up.end(), /broken\.toml: limits\.order_value must be at least 1, not -1\.$/);
  });

  test('a disk that is full is called full', async ({ folder }) => {
    // A file system of its own that has no room: a real one.
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]).status === 0;
    test.skip(!mounted, 'only root may mount a small file system here');
    try {
      const up = launch('up.mjs', ['--port', '0', '--data', join(folder, 'data')]);
      expectSentence(await up.end(), /^The disk is full: 4\.0 MB are free where /);
    } finally {
      spawnSync('umount', [folder]);
    }
  });

  test('wrong options are named', async () => {
    expectSentence(await launch('up.mjs', ['--wat']).end(), /Unknown option '--wat'/);
    expectSentence(await launch('up.mjs', ['--profile', 'live']).end(), /demo or paper, not "live"/);
    expectSentence(await launch('up.mjs', ['--speed', '2']).end(), /--speed goes with --replay/);
    expectSentence(
      await launch('up.mjs', ['--replay', '/nowhere/x.gz']).end(),
      /\/nowhere\/x\.gz does not exist/,
    );
  });
});

test('npm run reset refuses what is not a demo’s data', async ({ folder }) => {
  writeFileSync(join(folder, 'profile'), 'paper');
  expectSentence(
    await launch('reset.mjs', ['--data', folder]).end(),
    /not a demo's data directory \(it is of paper\)/,
  );
  expect(statSync(folder).isDirectory()).toBe(true);
});
