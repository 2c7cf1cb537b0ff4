import { describe, expect, it } from 'vitest';
import type { ReplayView } from '../../../../protocol/replay.ts';
import type { Micros } from '../../../../protocol/units.ts';
import { partOf, standingOf, within } from './replay-words.ts';

const START = Date.UTC(2024, 7, 8, 23, 54, 13) * 1000;
const view: ReplayView = {
  generation: 0,
  firstAt: START as Micros,
  lastAt: (START + 60e6) as Micros,
  position: START as Micros,
  seek: null,
  speed: 10,
  paused: false,
  phase: 'playing',
  venues: [],
};

const micros = (second: number): Micros => (START + second * 1e6) as Micros;
const way = (from: number, to: number) => ({ from: micros(from), to: micros(to) });

describe('where a replay stands', () => {
  it.each<[Partial<ReplayView>, string]>([
    [{}, 'playing 10×'],
    [{ speed: null }, 'playing max'],
    [{ paused: true }, 'paused'],
    [{ phase: 'starting', paused: true }, 'starting'],
    [{ phase: 'seeking', paused: true, seek: way(0, 40) }, 'going to 23:54:53, 0 %'],
    [{ phase: 'seeking', position: micros(31), seek: way(10, 40) }, 'going to 23:54:53, 70 %'],
    [{ phase: 'seeking', position: micros(39.99), seek: way(10, 40) }, 'going to 23:54:53, 99 %'],
    // Back: made anew from the start of the recordings.
    [{ phase: 'starting', seek: way(0, 5) }, 'going to 23:54:18, 0 %'],
    [{ phase: 'ended', paused: true }, 'ended'],
  ])('%j: %s', (part, words) => {
    expect(standingOf({ ...view, ...part })).toBe(words);
  });

  it('no place is off the line, however short the recording', () => {
    expect([START - 1, START, START + 15e6, START + 61e6].map((at) => partOf(view, at))).toEqual([
      0, 0, 0.25, 1,
    ]);
    expect(partOf({ firstAt: view.firstAt, lastAt: view.firstAt }, START)).toBe(0);
    expect([within(view, START - 1), within(view, START + 61e6)]).toEqual([view.firstAt, view.lastAt]);
  });
});
