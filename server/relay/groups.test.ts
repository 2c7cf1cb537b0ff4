import { describe, expect, it } from 'vitest';
import type { Subscription } from '../../protocol/messages.ts';
import { groupMembers } from './groups.ts';
import { channelsOf, SharedChannels, type Channels } from './subscription.ts';

const wanted = (part: object): Subscription => ({
  quotes: 'all',
  trades: [],
  books: [],
  bars: false,
  hz: 20,
  ...part,
});
function channels(part: object, instruments = 10): Channels {
  const result = channelsOf(wanted(part), instruments);
  if (!result.ok) throw new Error(result.error.sentence);
  return result.value;
}

describe('groups', () => {
  it('same channels and same tick last sent: one group, in the order they came', () => {
    const [a, b] = [{}, {}];
    const [tick, other] = [{}, {}];
    const members = [
      { name: 1, channels: a, base: tick },
      { name: 2, channels: a, base: null },
      { name: 3, channels: a, base: tick },
      { name: 4, channels: b, base: tick },
      { name: 5, channels: a, base: other },
      { name: 6, channels: a, base: null },
    ];
    expect(groupMembers(members).map((group) => group.members.map(({ name }) => name))).toEqual([
      [1, 3],
      [2, 6],
      [4],
      [5],
    ]);
  });

  it('none of none', () => {
    expect(groupMembers([])).toEqual([]);
  });
});

describe('channels', () => {
  it('order, repetition and rate do not matter: equal channels are one object while used', () => {
    const shared = new SharedChannels();
    const first = shared.take(channels({ quotes: [3, 1], books: [2, 2] }));
    const second = shared.take(channels({ quotes: [1, 3, 1], books: [2], hz: 4 }));
    expect(second).toBe(first);
    expect(shared.take(channels({ quotes: [1, 3], books: [1] }))).not.toBe(first);
    expect(shared.size).toBe(2);
    shared.release(first);
    shared.release(first);
    expect(shared.size).toBe(1);
    expect(shared.take(channels({ quotes: [1, 3], books: [2] }))).not.toBe(first);
  });

  it('all is not the same as a list of all', () => {
    expect(channels({ quotes: 'all' }, 2).key).not.toBe(channels({ quotes: [0, 1] }, 2).key);
  });

  it('an instrument that is not there is refused by name of its list', () => {
    for (const part of [{ quotes: [10] }, { trades: [10] }, { books: [10] }]) {
      expect(channelsOf(wanted(part), 10)).toMatchObject({
        ok: false,
        error: { code: 'unknown-instrument' },
      });
    }
  });
});
