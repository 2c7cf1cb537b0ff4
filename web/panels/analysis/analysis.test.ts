import { describe, expect, it } from 'vitest';
import type { Provenance } from '../../../shaders/analyses/analysis.ts';
import { chosenOf } from './chosen.ts';
import { percent, plusMinus, provenanceText, signed, windowText } from './analysis-words.ts';
import { pathOf, tenths } from './line-path.ts';

const provenance: Provenance = {
  ...{ instruments: 3, leftOut: [], samples: 512, window: 512, horizon: '1s', source: { kind: 'live' } },
  ...{ asOf: 1_700_000_000_000_000, ms: 38.2, backend: 'wasm', seed: null },
};

describe('the instrument that an analysis is about', () => {
  const live = ['BTC-USDT', 'ETH-USDT'];
  const imported = ['ACME', 'BOLT'];

  it('is the one picked, else the one that the other panels are about, else the first', () => {
    expect(chosenOf(live, 'ETH-USDT', 'BTC-USDT')).toBe('ETH-USDT');
    expect(chosenOf(live, null, 'ETH-USDT')).toBe('ETH-USDT');
    expect(chosenOf(live, null, null)).toBe('BTC-USDT');
    expect(chosenOf([], 'ETH-USDT', 'BTC-USDT')).toBeNull();
  });

  it('is always one of those listed: imported prices have no live instrument, and back again', () => {
    expect(chosenOf(imported, 'ETH-USDT', 'BTC-USDT')).toBe('ACME');
    expect(chosenOf(imported, 'BOLT', 'BTC-USDT')).toBe('BOLT');
    expect(chosenOf(live, 'BOLT', 'ETH-USDT')).toBe('ETH-USDT');
  });
});

describe('what an answer rests on', () => {
  it('is said in a line', () => {
    expect(provenanceText(null)).toBe('no answer yet');
    expect(provenanceText(provenance)).toBe('512 × 1 s · WASM 38 ms · as of 22:13:20');
    const ofTicks: Provenance = { ...provenance, samples: 8123, window: 298, horizon: 'ticks', seed: 1 };
    expect(provenanceText(ofTicks)).toBe('8\u202f123 ticks in 298 s · seed 1 · WASM 38 ms · as of 22:13:20');
  });

  it('names what is missing of it, what was drawn by chance, and what never was live', () => {
    const imported: Provenance = {
      ...provenance,
      ...{ samples: 400, leftOut: ['A', 'B'], seed: 7, horizon: '1d' },
      source: { kind: 'imported', name: 'shares.csv', sha256: '00' },
    };
    expect(provenanceText(imported)).toBe(
      'imported shares.csv · 400 of 512 × 1 day · 2 instruments left out · seed 7 · WASM 38 ms · as of 2023-11-14',
    );
  });

  it('of imported minutes it has the date too, which a time of day alone would hide', () => {
    const minutes: Provenance = {
      ...{ ...provenance, horizon: '5m' },
      source: { kind: 'imported', name: 'coins', sha256: '00' },
    };
    expect(provenanceText(minutes)).toMatch(/ · as of 2023-11-14 22:13:20$/);
    expect([windowText(512, '1s'), windowText(128, '1d')]).toEqual(['512\u202fs', '128\u202fd']);
  });

  it('figures have as many digits as they are worth', () => {
    expect([percent(0.4123), percent(0.0123), percent(0), percent(1)]).toEqual([
      '41 %',
      '1.2 %',
      '0 %',
      '100 %',
    ]);
    expect([percent(0.0096), percent(0.0012), percent(0.00043), percent(0.000012), percent(1e-9)]).toEqual([
      '1.0 %',
      '0.12 %',
      '0.043 %',
      '0.0012 %',
      '< 0.001 %',
    ]);
    expect([plusMinus(0.0123), signed(0.305), signed(-0.04)]).toEqual(['± 1.2', '+0.30', '−0.04']);
  });
});

describe('a line', () => {
  it('spans its box and is broken where there is no value', () => {
    const path = pathOf([0, 0.5, Number.NaN, 1, 2], { low: 0, high: 1 });
    expect(path).toBe('M0.00 100.00L25.00 50.00M75.00 0.00L100.00 0.00');
    expect(pathOf([], { low: 0, high: 1 })).toBe('');
  });

  it('has a scale of whole tenths that holds every value, and is never flat', () => {
    expect(tenths([0.21, 0.33], [0.58])).toEqual({ low: 0.2, high: 0.6 });
    expect(tenths([0.2, 0.2]).high).toBeGreaterThan(tenths([0.2, 0.2]).low);
    expect(tenths([Number.NaN])).toEqual({ low: 0, high: 1 });
  });
});
