import { describe, expect, test } from 'vitest';
import { analyse } from './analysis.ts';
import { normals, panelOf, series, tools } from './planted.testkit.ts';
import { structure } from './structure.ts';

const options = { least: 0.5, seed: 7, window: 64, every: 16 };
const random = normals(3);
const t = 96;
const noise = (): number[] => series(t, random);

describe('an answer', () => {
  test('says what it rests on, and leaves out what cannot be spoken of', async () => {
    const hole = noise().map((x, k) => (k < 70 ? Number.NaN : x));
    const panel = panelOf({ A: noise(), still: series(t, () => 0), B: noise(), hole, C: noise() });
    const answered = await analyse(structure, panel, options, tools());
    expect(answered.ok && answered.value.names).toEqual(['A', 'B', 'C']);
    expect(answered.ok && answered.value.provenance).toMatchObject({
      ...{ instruments: 3, leftOut: ['still', 'hole'], samples: t, window: t, horizon: '1s', seed: 7 },
      ...{ asOf: t * 1_000_000, source: { kind: 'live' }, backend: 'wasm' },
    });
    expect(answered.ok && answered.value.provenance.ms).toBeGreaterThan(0);
  });

  test('counts the columns that have a return, not those that nobody has', async () => {
    const gap = (): number[] => noise().map((x, k) => (k < 10 ? Number.NaN : x));
    const answered = await analyse(structure, panelOf({ A: gap(), B: gap(), C: gap() }), options, tools());
    expect(answered.ok && answered.value.provenance).toMatchObject({ samples: t - 10, window: t });
  });

  test('is refused with a sentence where too few instruments moved, or where they are too many', async () => {
    const few = await analyse(structure, panelOf({ A: noise(), B: series(t, () => 1) }), options, tools());
    expect(!few.ok && few.error).toEqual({
      code: 'too-few-samples',
      sentence: 'Only 1 of 2 instruments moved and have 30 returns in this window; 3 are needed.',
    });
    const many = { ...structure, instruments: [1, 2] as const };
    const refused = await analyse(many, panelOf({ A: noise(), B: noise(), C: noise() }), options, tools());
    expect(!refused.ok && refused.error.code).toBe('too-many-instruments');
  });

  test('that nobody waits for ends at the next breath', async () => {
    const panel = panelOf({ A: noise(), B: noise(), C: noise() });
    const stopped = await analyse(structure, panel, options, tools(1));
    expect(!stopped.ok && stopped.error.code).toBe('stopped');
  });

  test('an error that is no refusal is not swallowed', async () => {
    const broken = { instruments: [1, 9] as const, run: () => Promise.reject(new RangeError('ours')) };
    await expect(analyse(broken, panelOf({ A: noise() }), null, tools())).rejects.toThrow('ours');
  });
});
