import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testSigner } from '../../../testing/audit-key.ts';
import { runVerb } from '../run-verb.ts';
import { copyOf, makeLog, removeFolders, type LogFolder } from '../testing/log-folder.ts';
import { cutTo, edited, rewriteSegment, segmentsOf } from '../testing/rewrite.ts';
import { verify } from './verify.ts';

let log: LogFolder;
beforeAll(async () => {
  log = await makeLog({ records: 300 });
});
afterAll(removeFolders);

/** A data directory with a copy of the log in it. */
function dataWith(change: (dir: string) => void = () => undefined): string {
  const { dir } = copyOf(log);
  const data = `${dir}-data`;
  mkdirSync(data);
  renameSync(dir, join(data, 'audit'));
  change(join(data, 'audit'));
  return data;
}

async function said(...args: readonly string[]): Promise<{ code: number; lines: string[]; notes: string[] }> {
  const lines: string[] = [];
  const notes: string[] = [];
  const code = await runVerb({ verify }, ['verify', ...args], {
    say: (line) => lines.push(line),
    note: (line) => notes.push(line),
    environment: {},
    cwd: dirname(log.dir),
    data: '/nowhere',
    threadEntry: null,
    otherFiles: [],
  });
  return { code, lines, notes };
}

describe('npm run audit -- verify', () => {
  it('R-45: ends with 0 when all is right, by the key that was given as text or as a file', async () => {
    const data = dataWith();
    const key = join(data, 'verifier.txt');
    writeFileSync(key, `${testSigner.verifier}\n`);
    for (const given of [testSigner.verifier, key]) {
      const { code, lines } = await said('--data', data, '--key', given, '--reencode');
      expect([code, lines[0]]).toEqual([0, `Log ${testSigner.origin}, by the key given`]);
    }
    // The log's folder itself will do.
    expect((await said('--data', join(data, 'audit'))).code).toBe(0);
    const range = await said('--data', data, '--from', '10', '--to', '20');
    expect(range.lines[1]).toMatch(/^Read: records 1 to 256 in \d+ segments/);
  });

  it('R-45: ends with 1 and names the first wrong record', async () => {
    const data = dataWith((dir) =>
      rewriteSegment(dir, segmentsOf(dir)[4] ?? '', (payloads) => (payloads[2] = edited(payloads[2]))),
    );
    const wrong = Number(/\d+/.exec(segmentsOf(log.dir)[4] ?? '')?.[0]) + 2;
    const { code, lines } = await said('--data', data);
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatch(new RegExp(`^WRONG record ${wrong}: `));
  });

  it('R-45: takes several anchor files; those in the data directory by itself', async () => {
    const data = dataWith((dir) => void cutTo(dir, 210));
    expect((await said('--data', data)).code).toBe(0);
    const [old, newest] = [join(data, 'old.txt'), join(data, 'new.txt')];
    writeFileSync(old, log.heads.slice(0, 2).join('\n'));
    writeFileSync(newest, `# read over the telephone\n${log.heads.at(-1) ?? ''}`);
    expect((await said('--data', data, '--anchors', old)).code).toBe(0);
    const both = await said('--data', data, '--anchors', old, newest);
    expect(both.code).toBe(1);
    expect(both.lines.at(-1)).toBe(
      `WRONG record 201: The log ends at record 200, but the head in ${newest} says that it had 300.`,
    );
    mkdirSync(join(data, 'anchors'));
    renameSync(newest, join(data, 'anchors/heads.txt'));
    expect((await said('--data', data)).code).toBe(1);
  });

  it.each([
    [['--data', '/nowhere'], 1, /holds no audit log/],
    [['--from', '0'], 2, /whole number from 1 on/],
    [['--colour'], 2, /--colour/],
    [['left.txt'], 2, /named behind --anchors/],
  ] as const)('%j: refused with a sentence', async (args, code, sentence) => {
    const refused = await said(...args);
    expect(refused.code).toBe(code);
    expect(refused.notes[0]).toMatch(sentence);
  });

  it('can’t say anything about a log that names no key', async () => {
    const data = dataWith((dir) => rmSync(join(dir, 'verifier')));
    const { code, notes } = await said('--data', data);
    expect([code, notes]).toEqual([1, ['The log names no key; give its verifier key with --key.']]);
    expect((await said('--data', data, '--key', testSigner.verifier)).code).toBe(0);
  });
});
