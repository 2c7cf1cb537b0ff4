import { expect, it } from 'vitest';
import { crossCheckReplySchema, crossCheckSchema } from './cross-check.ts';

const check = {
  ...{ asOf: 5_000_000, columns: 512, backend: 'wasm', code: '0.1.0', meanCorrelation: 0.25 },
  rows: [
    { instrument: 0, samples: 512, digest: 4_294_967_295 },
    { instrument: 7, samples: 0, digest: 0 },
  ],
  pairs: [[0, 1, null, 0]],
};

it('a check is read back as it was written', () => {
  const reply = { ok: true, everySeconds: 30, check, why: null };
  expect(crossCheckReplySchema.parse(JSON.parse(JSON.stringify(reply)))).toEqual(reply);
  expect(
    crossCheckReplySchema.parse({ ok: true, everySeconds: 30, check: null, why: 'Not yet.' }).check,
  ).toBeNull();
});

it('what is no check is none', () => {
  const [row] = check.rows;
  const bad: object[] = [
    { ...check, other: 1 },
    { ...check, asOf: 0.5 },
    { ...check, columns: 513 },
    { ...check, backend: 'cuda' },
    { ...check, meanCorrelation: 1.5 },
    { ...check, rows: [{ ...row, digest: -1 }] },
    { ...check, rows: [{ ...row, digest: 2 ** 32 }] },
    { ...check, rows: [{ ...row, instrument: 65_535 }] },
    { ...check, rows: Array.from({ length: 257 }, () => row) },
    { ...check, pairs: [[0, 2, 0.5, 10]] },
    { ...check, pairs: [[0, 1, 1.5, 10]] },
    { ...check, pairs: [[0, 1, 0.5]] },
    { ...check, pairs: Array.from({ length: 513 }, () => [0, 1, 0.5, 10]) },
  ];
  expect(crossCheckSchema.safeParse(check).success).toBe(true);
  for (const each of bad)
    expect(crossCheckSchema.safeParse(each).success, JSON.stringify(each).slice(0, 200)).toBe(false);
});
