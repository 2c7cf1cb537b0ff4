import fc from 'fast-check';
import { expect, it } from 'vitest';
import { generator } from '../correlation/returns.testkit.ts';
import { Highest } from './highest.ts';

it('is the highest of its span by the definition, however values and times go', () => {
  const looks = fc.array(fc.record({ after: fc.nat(5), value: fc.integer({ min: 0, max: 9 }) }));
  fc.assert(
    fc.property(looks, fc.nat(12), (all, span) => {
      const highest = new Highest(span);
      const seen: { at: number; value: number }[] = [];
      let at = 0;
      for (const { after, value } of all) {
        at += after;
        const before = seen.filter((look) => at - look.at <= span);
        expect(highest.step(at, value)).toBe(before.every((look) => look.value < value));
        seen.push({ at, value });
      }
    }),
  );
});

it('of values of any law comes about once a span', () => {
  const random = generator(3);
  const [span, looks] = [100, 20_000];
  const highest = new Highest(span);
  let count = 0;
  // Tails so fat that there is no mean.
  for (let k = 0; k < looks; k++) if (highest.step(k, 1 / (1 - random())) && k > span) count++;
  expect(count / (looks / span)).toBeGreaterThan(0.8);
  expect(count / (looks / span)).toBeLessThan(1.2);
});

it('begins anew when time goes back, and takes no notice of what is no number', () => {
  const highest = new Highest(10);
  expect(highest.step(100, 5)).toBe(true);
  expect(highest.step(101, Number.NaN)).toBe(false);
  expect(highest.step(102, 4)).toBe(false);
  expect(highest.step(50, 1)).toBe(true);
});
