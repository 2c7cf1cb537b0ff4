import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'cwts-launcher-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `scripts/lib/child.mjs` makes of a program that prints this; `end`: what its owner is told. */
function launch(
  stdout: readonly string[],
  stderr: readonly string[],
  code: number,
): { log: string; end: unknown } {
  const program = join(folder, 'program.mjs');
  const logFile = join(folder, 'server.log');
  const print = (stream: string, lines: readonly string[]): string =>
    lines.map((line) => `process.${stream}.write(${JSON.stringify(`${line}\n`)});`).join('\n');
  writeFileSync(
    program,
    `${print('stdout', stdout)}\n${print('stderr', stderr)}\nprocess.exitCode = ${code};`,
  );
  const script = `
    import { startChild } from ${JSON.stringify(join(process.cwd(), 'scripts/lib/child.mjs'))};
    const child = startChild(${JSON.stringify(program)}, [], { logFile: ${JSON.stringify(logFile)} });
    console.log(JSON.stringify(await child.exited));`;
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  return { log: readFileSync(logFile, 'utf8'), end: JSON.parse(said) };
}

it('login links are for the terminal: the log that the launcher keeps has none of them', () => {
  const ready = {
    ready: true,
    console: 'http://localhost:4400',
    links: [{ user: 'operator', url: 'http://localhost:4400/enrol#token=sesame' }],
  };
  const { log } = launch([JSON.stringify({ step: 'audit log', ms: 3 }), JSON.stringify(ready)], [], 0);
  expect(log).toContain('"step":"audit log"');
  expect(log).toContain('http://localhost:4400');
  expect(log).not.toMatch(/sesame|token/);
});

it('the server’s own log goes into the file and is not taken for the sentence of its end', () => {
  const row = JSON.stringify({ level: 'fatal', msg: 'x', err: { stack: 'at y' } });
  const fatal = JSON.stringify({ fatal: 'The disk is full.', code: 'disk-full' });
  const { log, end } = launch([fatal], [row], 1);
  expect(log).toContain(row);
  expect(end).toMatchObject({ code: 1, sentence: 'The disk is full.' });
  expect(launch([], [row, 'Error: out of memory', '    at x'], 1).end).toMatchObject({
    sentence: 'Error: out of memory',
  });
});
