/** Holds and removals as people ask for them: which takes a factor, and what that is given for. */
import { expect, it } from 'vitest';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Micros } from '../../protocol/units.ts';
import type { Spent } from '../auth/identity.ts';
import { commandParts } from '../testing/command-parts.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { MemoryAudit } from '../testing/memory-audit.ts';
import { identityAs } from '../testing/session-view.ts';
import { recordCommands } from './records.ts';
import { Refusals } from './refusals.ts';

const clock = new ManualClock();
const identity = identityAs('compliance');
const factor = { kind: 'totp', code: '123456' } as const;
const ranges = [{ first: 1, last: 40 }];

function handlers(spent: Result<Spent>) {
  const signed: unknown[] = [];
  const done: unknown[] = [];
  const does =
    (what: string) =>
    (...asked: readonly unknown[]) => {
      done.push([what, ...asked]);
      return Promise.resolve(ok('Done.'));
    };
  const made = recordCommands({
    ...commandParts(clock),
    refusals: new Refusals(new MemoryAudit()),
    auth: {
      spend: (_, action, given, purpose) => {
        signed.push([action, given, purpose]);
        return Promise.resolve(spent);
      },
    },
    holds: { place: does('place'), lift: does('lift') },
    retention: { remove: does('remove') },
  });
  return { made, signed, done };
}
const asking = <C>(command: C) => ({ command, identity, arrivedAt: clock.wallMicros() });

it('R-48: a hold is placed without a factor', async () => {
  const { made, signed, done } = handlers(refuse('wrong-code', 'That code is wrong.'));
  const command = { type: 'hold.place', from: 1 as Micros, to: 2 as Micros, reason: 'an inquiry' } as const;
  expect(await made['hold.place'](asking(command))).toMatchObject({ ok: true });
  expect([signed.length, done.length]).toEqual([0, 1]);
});

it('R-48: to lift one and to remove records takes a factor for exactly that; without it nothing is done', async () => {
  const lift = { type: 'hold.lift', hold: 'h', reason: 'over' } as const;
  const prune = { type: 'retention.prune', ranges, reason: 'past its time' } as const;
  const wrong = handlers(refuse('wrong-code', 'That code is wrong.'));
  for (const reply of [
    await wrong.made['hold.lift'](asking({ ...lift, factor })),
    await wrong.made['retention.prune'](asking({ ...prune, factor })),
  ])
    expect(reply).toMatchObject({ ok: false, code: 'wrong-code' });
  expect(wrong.done).toEqual([]);
  const right = handlers(ok({ kind: 'totp' }));
  await right.made['hold.lift'](asking({ ...lift, factor }));
  await right.made['retention.prune'](asking({ ...prune, factor }));
  expect(right.signed).toEqual([
    [lift, factor, 'admin'],
    [prune, factor, 'admin'],
  ]);
  const who: unknown = expect.objectContaining({ user: identity.user, factor: 'totp' });
  expect(right.done).toEqual([
    ['lift', 'h', 'over', who],
    ['remove', expect.objectContaining({ ranges, reason: 'past its time' }) as unknown, who],
  ]);
});
