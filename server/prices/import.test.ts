import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Micros } from '../../protocol/units.ts';
import { PriceFolder } from './price-folder.ts';
import { runImport } from './tool.ts';

const TEXT = 'date,A,B\n2020-01-01,100,50\n2020-01-02,110,0\n2020-01-03,99,52\n';
const NOW = 1_700_000_000_000_000 as Micros;
let dir = '';
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'prices-'))));
afterEach(() => rmSync(dir, { recursive: true }));

async function tool(...argv: string[]): Promise<{ code: number; said: string[]; told: string[] }> {
  const said: string[] = [];
  const told: string[] = [];
  const code = await runImport([...argv, '--data', dir], {
    say: (line) => said.push(line),
    told: (doing, done) => told.push(`${doing} ${done}`),
    now: () => NOW,
  });
  return { code, said, told };
}
function file(name: string, content: string | Buffer): string {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
}
const kept = (): string[] => readdirSync(join(dir, 'prices')).sort();

describe('an import', () => {
  it('keeps a file under the hash of its text, tells its dirt, and lists it', async () => {
    const { code, said, told } = await tool(file('shares.csv', TEXT));
    expect(code).toBe(0);
    expect(said).toEqual([
      expect.stringMatching(/^1 × A price of zero, below zero/),
      '    B 2020-01-02: 0',
      'shares: 2 instruments, 2 returns of 1d, 2020-01-01 to 2020-01-03. Consoles list it now.',
    ]);
    expect(told.filter((line) => line.endsWith(' 1'))).toEqual(['packing 1', 'reading 1']);
    const [stored] = await new PriceFolder(join(dir, 'prices')).list();
    expect(stored).toMatchObject({
      ...{
        name: 'shares',
        instruments: 2,
        samples: 2,
        step: '1d',
        cleaned: true,
        findings: 1,
        importedAt: NOW,
      },
    });
    const { sha256 = '' } = stored ?? {};
    expect(kept()).toEqual([`${sha256}.csv.gz`, `${sha256}.json`]);
    expect(gunzipSync(readFileSync(join(dir, 'prices', `${sha256}.csv.gz`))).toString()).toBe(TEXT);
    expect((await tool('list')).said).toEqual([
      `shares  2 × 2 × 1d, 2020-01-01 to 2020-01-03  ${sha256.slice(0, 12)}`,
    ]);
  });

  it('of the same prices, packed in parts, is the same file under its newest name', async () => {
    await tool(file('a.csv', TEXT));
    const packed = Buffer.concat([gzipSync(TEXT.slice(0, 40)), gzipSync(TEXT.slice(40))]);
    expect((await tool(file('b.csv.gz', packed), '--as-printed')).code).toBe(0);
    expect(kept()).toHaveLength(2);
    expect((await tool('list')).said).toEqual([expect.stringMatching(/^b .*, as printed {2}/)]);
  });

  it.each([
    ['a file that is not there', [join(tmpdir(), 'no-such-file.csv')], 'There is no file '],
    ['no file', [], 'usage: npm run import -- '],
    ['a name of a path', ['x.csv', '--name', '../x'], 'A name has 1 to 64 letters'],
    ['an unknown option', ['x.csv', '--nmae', 'x'], 'usage: '],
  ])('refuses %s in a sentence', async (_, argv, sentence) => {
    const { code, said } = await tool(...argv);
    expect(code).toBe(1);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain(sentence);
  });

  it.each([
    ['broken.csv', 'date,A\n2020-01-01,x\n', 'Line 2, column 2: A: “x” is no number.'],
    ['torn.csv.gz', gzipSync(TEXT).subarray(0, 30), 'The file could not be read to its end'],
    [
      'hourly.csv',
      'date,A\n2020-01-01 10:00,100\n2020-01-01 11:00,110\n2020-01-01 12:00,99\n',
      'The dates are 1h apart; prices of every second, minute, five minutes or day are taken.',
    ],
    ['bomb.csv.gz', gzipSync(Buffer.alloc(20e6, ' \n')), 'The file unpacks to more than 200 times its size'],
  ])('refuses %s and leaves nothing of it behind', async (name, content, sentence) => {
    const { code, said } = await tool(file(name, content));
    expect({ code, said: said.join() }).toEqual({
      code: 1,
      said: expect.stringContaining(sentence) as string,
    });
    expect(kept()).toEqual([]);
  });

  it('does not give the name of one to another', async () => {
    await tool(file('a.csv', TEXT));
    const { code, said } = await tool(file('b.csv', TEXT.replace('110', '111')), '--name', 'a');
    expect({ code, said: said.at(-1) }).toEqual({
      code: 1,
      said: 'There are other prices named a; choose another with --name.',
    });
    expect(kept()).toHaveLength(2);
  });

  it('is undone by its name', async () => {
    await tool(file('a.csv', TEXT));
    expect((await tool('remove', 'a')).said).toEqual(['a is removed.']);
    expect(kept()).toEqual([]);
    expect(await tool('remove', 'a')).toMatchObject({ code: 1, said: ['There are no prices named a.'] });
    expect((await tool('list')).said).toEqual(['No prices were imported.']);
  });

  it('that died leaves a draft, which the next one takes away; what is not whole is not listed', async () => {
    await tool(file('a.csv', TEXT));
    const dead = Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString());
    file(`prices/import.${dead}.new`, 'half');
    file(`prices/${'0'.repeat(64)}.csv.gz`, 'a file without its note');
    file(`prices/${'1'.repeat(64)}.json`, '{');
    await tool(file('b.csv', TEXT.replace('110', '111')));
    expect(kept().filter((name) => name.endsWith('.new'))).toEqual([]);
    expect((await tool('list')).said.map((line) => line.split(' ')[0])).toEqual(['a', 'b']);
  });
});
