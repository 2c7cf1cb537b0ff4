import { describe, expect, it } from 'vitest';
import type { ControlState } from '../../protocol/messages.ts';
import { createControlStore } from '../state/control.ts';
import { createLinkStore } from '../state/link.ts';
import { createMarketStore } from '../state/market.ts';
import { atMost } from '../ui/at-most.ts';
import { watchForHoles } from './candle-holes.ts';

function page() {
  const stores = {
    control: createControlStore(() => 0),
    market: createMarketStore(),
    link: createLinkStore(),
  };
  let holes = 0;
  watchForHoles(stores, () => (holes += 1));
  return {
    ...stores,
    get holes() {
      return holes;
    },
  };
}
/** A feed in a state, with connections in these. */
const feeds = (state: string, lines: readonly string[] = [state]): ControlState =>
  ({
    feeds: [{ venue: 'sim', state, lines: lines.map((each) => ({ state: each })) }],
  }) as unknown as ControlState;

describe('a hole in the candles', () => {
  it('is behind each new snapshot', () => {
    const desk = page();
    desk.link.setState({ snapshots: 1 });
    desk.link.notice('nothing of it');
    expect(desk.holes).toBe(1);
  });

  it('is where trades were skipped, not where they came', () => {
    const desk = page();
    const skipped = (count: number): void => desk.market.setState({ skipped: new Map([[3, count]]) });
    skipped(0);
    expect(desk.holes).toBe(0);
    skipped(5);
    skipped(5);
    skipped(6);
    expect(desk.holes).toBe(2);
  });

  it('is behind a feed that came back', () => {
    const desk = page();
    for (const state of ['connecting', 'stale', 'live', 'live'])
      desk.control.setState({ state: feeds(state) });
    expect(desk.holes).toBe(1);
  });

  it('is behind each of its connections that came back, while another is still away', () => {
    const desk = page();
    const seen: number[] = [];
    for (const lines of [
      ['live', 'live'],
      ['stale', 'down'],
      ['live', 'down'],
      ['quiet', 'down'],
      ['quiet', 'live'],
    ]) {
      const isWhole = lines.every((state) => state === 'live' || state === 'quiet');
      desk.control.setState({ state: feeds(isWhole ? 'live' : 'down', lines) });
      seen.push(desk.holes);
    }
    expect(seen).toEqual([0, 0, 1, 1, 2]);
  });

  it('is none behind a quiet hour: a market where nothing happens is watched all the same', () => {
    const desk = page();
    for (const state of ['live', 'quiet', 'live', 'quiet']) desk.control.setState({ state: feeds(state) });
    expect(desk.holes).toBe(0);
  });
});

describe('at most', () => {
  it('runs at once, then once for all that was asked meanwhile', () => {
    let now = 0;
    let runs = 0;
    let later: (() => void) | null = null;
    const { ask, stop } = atMost(250, () => (runs += 1), {
      now: () => now,
      later: (_ms, run) => {
        later = run;
        return () => (later = null);
      },
    });
    ask();
    now += 100;
    ask();
    ask();
    expect(runs).toBe(1);
    now += 150;
    (later as (() => void) | null)?.();
    expect(runs).toBe(2);
    ask();
    stop();
    expect(later).toBeNull();
  });
});
