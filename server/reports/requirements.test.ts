import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { REQUIREMENTS } from './requirements.ts';

it('R-54: the pack lists each requirement that is written down, in its words', () => {
  const written = readFileSync('docs/requirements.md', 'utf8')
    .split('\n')
    .flatMap((line) => /^- \*\*(R-\d+)\*\* (.*)$/.exec(line)?.slice(1, 3) ?? []);
  expect(REQUIREMENTS.map(([number]) => number)).toEqual(written.filter((_, i) => i % 2 === 0));
  REQUIREMENTS.forEach(([, what], i) => {
    const words = (written[2 * i + 1] ?? '').replaceAll('**', '').replaceAll("'", '’');
    expect(words.startsWith(what)).toBe(true);
  });
});
