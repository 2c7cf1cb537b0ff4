import { expect, it } from 'vitest';
import { openDiary } from './diary.ts';

it('lines are JSON with level and time; of an error only name, message, stack and code', () => {
  const lines: string[] = [];
  const diary = openDiary({ write: (line: string) => void lines.push(line) });
  const error = Object.assign(new Error('no answer'), {
    code: 'ECONNRESET',
    config: { headers: { authorization: 'Bearer sesame' } },
  });
  diary.error({ err: error, route: '/api/v1/orders' }, 'A request failed.');
  diary.info('Started.');
  expect(lines.join('')).not.toContain('sesame');
  const [failed, started] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(failed).toMatchObject({
    level: 'error',
    route: '/api/v1/orders',
    msg: 'A request failed.',
    err: { name: 'Error', message: 'no answer', code: 'ECONNRESET' },
  });
  expect((failed?.['err'] as { stack: string }).stack).toContain('diary.test.ts');
  expect(started?.['time']).toMatch(/^\d{4}-\d\d-\d\dT/);
});
