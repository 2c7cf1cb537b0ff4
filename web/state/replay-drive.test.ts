import { describe, expect, it } from 'vitest';
import type { Reply } from '../../protocol/commands.ts';
import type { ReplayCommand } from '../../protocol/replay.ts';
import type { Micros } from '../../protocol/units.ts';
import { createReplayDrive } from './replay-drive.ts';

function rig() {
  const sent: { command: ReplayCommand; answer: (reply: Reply | null) => void }[] = [];
  const refused: (string | null)[] = [];
  let asked: () => void = () => undefined;
  const later: (() => void)[] = [];
  const drive = createReplayDrive({
    command: (command) => new Promise((answer) => sent.push({ command, answer })),
    refused: (sentence) => refused.push(sentence),
    atMost: (_ms, run) => {
      asked = run;
      return { ask: run };
    },
    later: (_ms, run) => void later.push(run),
  });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { drive, sent, refused, settle, later, again: () => asked() };
}
const done: Reply = { ok: true, sentence: 'Done.', at: 1 as Micros, orderId: null };

describe('driving a replay', () => {
  it('a drag moves the mark only; letting go sends where it is, and the mark stays until the server is there', async () => {
    const { drive, sent, settle } = rig();
    const at = (position: number, to: number | null = null) =>
      drive.heard({
        position: position as Micros,
        seek: to === null ? null : { from: position as Micros, to: to as Micros },
      });
    drive.point(5);
    drive.point(7.4);
    expect([drive.getState().aim, sent.length]).toEqual([7.4, 0]);
    drive.goTo(7.4);
    expect(sent[0]?.command).toEqual({ type: 'replay.seek', to: 7 });
    expect(drive.getState().aim).toBe(7.4);
    sent[0]?.answer(done);
    await settle();
    // Taken, but what is told is still the place before: a step further must not count from there.
    at(3_000_000);
    expect(drive.getState().aim).toBe(7.4);
    at(3_000_000, 7);
    expect(drive.getState().aim).toBeNull();
  });

  it('the mark goes when the server has arrived, was refused, or never says where it is', async () => {
    for (const end of ['arrived', 'refused', 'silent'] as const) {
      const { drive, sent, settle, later } = rig();
      drive.goTo(50_000_000);
      sent[0]?.answer(end === 'refused' ? { ok: false, code: 'x', sentence: 'No.', rule: null } : done);
      await settle();
      if (end !== 'refused') expect(drive.getState().aim, end).toBe(50_000_000);
      if (end === 'arrived') drive.heard({ position: 49_900_000 as Micros, seek: null });
      if (end === 'silent') later.forEach((run) => run());
      expect(drive.getState().aim, end).toBeNull();
    }
  });

  it('an answer to an older wish does not take the mark from a newer one', async () => {
    const { drive, sent, settle } = rig();
    drive.goTo(5);
    drive.goTo(9);
    sent[0]?.answer(done);
    await settle();
    expect(drive.getState().aim).toBe(9);
  });

  it('what was refused, or not answered, is said', async () => {
    const { drive, sent, refused, settle } = rig();
    void drive.send({ type: 'replay.pause' });
    void drive.send({ type: 'replay.resume' });
    sent[0]?.answer({ ok: false, code: 'x', sentence: 'No.', rule: null });
    sent[1]?.answer(null);
    await settle();
    expect(refused).toEqual(['No.', null]);
  });
});
