import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecentIds } from './recent-ids.ts';

it('ids that come again among the next thousand are told, all others are new, however alike they are', () => {
  fc.assert(
    fc.property(
      fc.nat(Number.MAX_SAFE_INTEGER),
      fc.constantFrom(1, 2 ** 11, 2 ** 32, 2 ** 40),
      fc.integer({ min: 1, max: 1024 }),
      (first, apart, back) => {
        const recent = new RecentIds();
        const ids = Array.from({ length: 4000 }, (_, at) => (first % 2 ** 20) + at * apart);
        ids.forEach((id, at) => {
          if (!recent.add(id)) expect(id).toBe('new');
          const again = ids[at + 1 - back];
          if (again !== undefined && recent.add(again)) expect(again).toBe('here before');
        });
        recent.clear();
        expect(recent.add(ids.at(-1) ?? 0)).toBe(true);
      },
    ),
    { numRuns: 20 },
  );
});
