/** The files beside the records: heads, tree, checkpoint, anchors; and any byte of any of them. */
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anchorOf, copyOf, makeLog, removeFolders, verified, type LogFolder } from './testing/log-folder.ts';
import { rewriteSegment, rewriteTree, segmentsOf } from './testing/rewrite.ts';
import { HeadSigner } from '../signer.ts';
import { reportOf } from './verification.ts';

const RECORDS = 700;
let log: LogFolder;
beforeAll(async () => {
  log = await makeLog({ records: RECORDS });
});
afterAll(removeFolders);

/** What is found wrong in a copy whose records are right. */
async function faultsIn(
  change: (dir: string) => void,
  anchors: readonly string[] = [],
): Promise<readonly string[]> {
  const copy = copyOf(log);
  change(copy.dir);
  const found = await verified(copy, anchors.length > 0 ? { anchors: [anchorOf(anchors)] } : {});
  expect(found).toMatchObject({ isRight: false, wrong: null });
  return found.faults;
}

describe('R-45: what lies beside the records', () => {
  it.each(['tree/level-00', 'tree/level-08'])(
    'a hash of %s: the records are right, the file is not',
    async (name) => {
      const flip = (dir: string): void => flipByte(join(dir, name), 40);
      expect(await faultsIn(flip)).toEqual([expect.stringContaining(`${name} is not what the records make`)]);
      const copy = copyOf(log);
      flip(copy.dir);
      expect(reportOf(await verified(copy)).at(-1)).toMatch(/^Every record that was read fits/);
    },
  );

  it('a tree that is short', async () => {
    expect(await faultsIn((dir) => truncateSync(join(dir, 'tree/level-00'), 640))).toEqual([
      expect.stringContaining('level-00 is shorter'),
    ]);
  });

  it('heads: one of them changed, the newest cut away, the checkpoint of another', async () => {
    expect(await faultsIn((dir) => flipByte(join(dir, 'heads.log'), 700))).toEqual([
      expect.stringContaining('heads.log is damaged at byte'),
      expect.stringContaining('heads.log lacks the head over 700'),
    ]);
    const size = statSync(join(log.dir, 'heads.log')).size;
    expect(await faultsIn((dir) => truncateSync(join(dir, 'heads.log'), size - 20))).toEqual([
      expect.stringContaining('heads.log lacks the head over 700'),
    ]);
    expect(await faultsIn((dir) => flipByte(join(dir, 'checkpoint'), 30))).toEqual([
      expect.stringContaining('Head 1 in checkpoint'),
    ]);
  });

  it('an anchor that was changed, and a file that is none', async () => {
    const [head = ''] = log.heads;
    const changed = head.replace('\n50\n', '\n51\n');
    expect(await faultsIn(() => undefined, [changed])).toEqual([expect.stringContaining('not signed')]);
    const found = await verified(log, { anchors: [{ name: 'x', text: 'hello' }] });
    expect(found.faults).toEqual(['x holds no signed head.']);
    expect(
      await verified(log, { anchors: [{ name: 'x', text: `# kept\r\n${head.replaceAll('\n', '\r\n')}` }] }),
    ).toMatchObject({
      isRight: true,
      anchored: 50,
    });
  });

  it('a record that is not canonical, its checksum good: seen by writing it once more', async () => {
    const odd = await makeLog({ records: RECORDS, behind: 7 });
    rewriteSegment(odd.dir, segmentsOf(odd.dir).at(-1) ?? '', (payloads) => {
      const at = payloads.findIndex((payload) => payload.includes(',"seq":705,'));
      payloads[at] = Buffer.from(` ${payloads[at]?.toString() ?? ''}`);
    });
    expect(await verified(odd)).toMatchObject({ isRight: true });
    expect((await verified(odd, { reencode: true })).wrong).toMatchObject({ first: 705, last: 705 });
  });

  it('the folder’s own word on its key, when another was given', async () => {
    const stranger = HeadSigner.generate().verifier;
    expect(await faultsIn((dir) => writeFileSync(join(dir, 'verifier'), stranger))).toEqual([
      expect.stringContaining('names another key'),
    ]);
  });
});

it('R-45: no flip of bytes and no cut below the newest anchored head passes, in no file of the records', async () => {
  const anchors = [anchorOf(log.heads.slice(-1))];
  const names = segmentsOf(log.dir);
  const files = names.map((name) => readFileSync(join(log.dir, name)));
  const copy = copyOf(log);
  const place = fc.nat(files.length - 1).chain((i) =>
    fc.record({
      i: fc.constant(i),
      at: fc.nat((files[i]?.length ?? 1) - 1),
      flips: fc.array(fc.record({ by: fc.nat(64), xor: fc.integer({ min: 1, max: 255 }) }), { maxLength: 3 }),
      cut: fc.boolean(),
      tree: fc.constantFrom('kept', 'gone', 'again'),
    }),
  );
  await fc.assert(
    fc.asyncProperty(place, async ({ i, at, flips, cut, tree }) => {
      const good = files[i] ?? Buffer.alloc(0);
      const bad = Buffer.from(cut ? good.subarray(0, at) : good);
      for (const { by, xor } of cut ? [] : [{ by: 0, xor: 1 }, ...flips]) {
        const where = (at + by) % bad.length;
        bad[where] = (bad[where] ?? 0) ^ xor;
      }
      const scene = copyOf(copy);
      writeFileSync(join(scene.dir, names[i] ?? ''), bad);
      if (tree === 'gone') rmSync(join(scene.dir, 'tree'), { recursive: true });
      if (tree === 'again') rewriteTree(scene.dir);
      const found = await verified(scene, { anchors });
      rmSync(scene.dir, { recursive: true });
      expect(bad.equals(good) || !found.isRight).toBe(true);
      if (!bad.equals(good)) expect(found.wrong?.first).toBeLessThanOrEqual(RECORDS);
    }),
    { numRuns: 150 },
  );
}, 120_000);

it('R-45: no flip of bytes and no cut passes in any file of the folder', async () => {
  const names = (readdirSync(log.dir, { recursive: true }) as string[]).filter((name) =>
    statSync(join(log.dir, name)).isFile(),
  );
  expect(names).toEqual(expect.arrayContaining(['heads.log', 'checkpoint', 'verifier', 'tree/level-08']));
  const anchors = [anchorOf(log.heads.slice(-1))];
  const place = fc.constantFrom(...names).chain((name) => {
    const { size } = statSync(join(log.dir, name));
    // What a power cut may leave: a checkpoint that is empty.
    const least = name === 'checkpoint' ? 1 : 0;
    return fc.record({
      name: fc.constant(name),
      at: fc.integer({ min: least, max: size - 1 }),
      how: fc.constantFrom('flip', 'cut'),
    });
  });
  await fc.assert(
    fc.asyncProperty(place, async ({ name, at, how }) => {
      // Its last byte is a newline, which is no part of the key.
      fc.pre(name !== 'verifier' || at < statSync(join(log.dir, name)).size - 1);
      const scene = copyOf(log);
      if (how === 'cut') truncateSync(join(scene.dir, name), at);
      else flipByte(join(scene.dir, name), at);
      const found = await verified(scene, { anchors });
      rmSync(scene.dir, { recursive: true });
      expect(found.isRight).toBe(false);
    }),
    { numRuns: 150 },
  );
}, 120_000);

function flipByte(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}
