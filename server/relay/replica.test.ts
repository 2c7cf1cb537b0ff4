import { expect, it } from 'vitest';
import { Replica } from './replica.ts';
import { controlState } from './testing/control-state.ts';
import { session } from './testing/harness.ts';

it('is nothing before the first state, and takes no change then', () => {
  const replica = new Replica();
  expect([replica.isReady, replica.instruments, replica.snapshot(session)]).toEqual([false, [], null]);
  expect(replica.apply(1, { type: 'health', rows: [] })).toMatchObject({ ok: false });
});

it('folds each next change and refuses a gap, a repetition and one from before', () => {
  const replica = new Replica();
  replica.replace('e', 5, controlState(2));
  const change = { type: 'instruments', instruments: controlState(3).instruments.slice(2) } as const;
  expect(replica.apply(6, change)).toEqual({
    ok: true,
    value: { type: 'change', epoch: 'e', seq: 6, change },
  });
  expect(replica.instruments).toEqual(controlState(3).instruments);
  for (const seq of [5, 6, 8]) expect(replica.apply(seq, change)).toMatchObject({ ok: false });
  expect(replica.snapshot(session)).toMatchObject({ type: 'snapshot', epoch: 'e', seq: 6, session });
});
