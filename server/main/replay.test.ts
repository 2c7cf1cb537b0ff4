import { describe, expect, it } from 'vitest';
import type { ReplayCommand, ReplayView } from '../../protocol/replay.ts';
import type { Micros, UserId, VenueId } from '../../protocol/units.ts';
import { AuditBroken } from '../audit/log.ts';
import type { AuditEntry } from '../audit/record.ts';
import { ReplayDesk } from './replay.ts';

const START = Date.UTC(2024, 7, 8, 23, 54, 13) * 1000;
const at = (second: number): Micros => (START + second * 1e6) as Micros;
const view: ReplayView = {
  generation: 0,
  firstAt: at(0),
  lastAt: at(60),
  position: at(10),
  seek: null,
  speed: 1,
  paused: false,
  phase: 'playing',
  venues: [{ venue: 'sim' as VenueId, name: 'Sim', firstAt: at(0), lastAt: at(60) }],
};
const who = { user: 'ada' as UserId, session: 's', role: 'trader', address: '127.0.0.1' } as const;

function rig(now: ReplayView | null = view) {
  const did: string[] = [];
  const entries: AuditEntry[] = [];
  const state = { broken: false, heard: true };
  const desk = new ReplayDesk({
    log: {
      append: (entry) => {
        if (state.broken) return Promise.reject(new AuditBroken('The disk is gone.'));
        did.push('record');
        entries.push(entry);
        return Promise.resolve();
      },
    },
    drive: (command) => {
      did.push(command.type);
      return state.heard;
    },
    moved: ({ position }) => did.push(`moved ${(position - START) / 1e6}`),
    begunAnew: () => did.push('begun anew'),
  });
  if (now) desk.is(now);
  did.splice(0);
  return { desk, did, entries, state };
}

describe('who drives a replay', () => {
  it('is on disk, with before and after, before it moves', async () => {
    const { desk, did, entries } = rig();
    const done = await desk.drive({ type: 'replay.seek', to: at(30) }, who);
    expect(done).toEqual({ ok: true, value: 'The replay goes to 2024-08-08 23:54:43 UTC.' });
    expect(did).toEqual(['record', 'replay.seek']);
    expect(entries).toMatchObject([
      {
        actor: 'ada',
        action: 'replay.sought',
        scope: 'replay',
        before: { position: at(10), speed: 1, paused: false },
        after: { position: at(30), speed: 1, paused: false },
      },
    ]);
  });

  it.each<[string, ReplayCommand, Partial<ReplayView>, string]>([
    ['pausing what is paused', { type: 'replay.pause' }, { paused: true }, 'paused already'],
    ['playing what plays', { type: 'replay.resume' }, {}, 'playing already'],
    ['playing on at the end', { type: 'replay.resume' }, { phase: 'ended', paused: true }, 'at its end'],
    ['a place before', { type: 'replay.seek', to: at(-1) }, {}, 'from 2024-08-08 23:54:13 UTC'],
    ['a place behind', { type: 'replay.seek', to: at(61) }, {}, 'to 2024-08-08 23:55:13 UTC'],
  ])('%s is refused with a sentence', async (_what, command, now, sentence) => {
    const { desk, did } = rig({ ...view, ...now });
    const done = await desk.drive(command, who);
    expect(done).toMatchObject({ ok: false, error: { code: 'replay-there' } });
    expect(done.ok ? '' : done.error.sentence).toContain(sentence);
    expect(did).toEqual([]);
  });

  it('without a replay, a log or a feeds thread nothing moves, and it is said why', async () => {
    const none = rig(null);
    expect(await none.desk.drive({ type: 'replay.pause' }, who)).toMatchObject({
      error: { code: 'no-replay' },
    });
    const broken = rig();
    broken.state.broken = true;
    expect(await broken.desk.drive({ type: 'replay.pause' }, who)).toMatchObject({
      error: { code: 'audit-broken' },
    });
    expect(broken.did).toEqual([]);
    const deaf = rig();
    deaf.state.heard = false;
    expect(await deaf.desk.drive({ type: 'replay.pause' }, who)).toMatchObject({
      error: { code: 'no-feeds' },
    });
  });

  it('a new generation is told as a whole state, everything else as a change', () => {
    const { desk, did } = rig();
    desk.is({ ...view, position: at(11) });
    desk.is({ ...view, position: at(2), generation: 1 });
    desk.is({ ...view, position: at(3), generation: 1 });
    expect(did).toEqual(['moved 11', 'begun anew', 'moved 3']);
  });
});
