import { describe, expect, test } from 'vitest';
import { ok, refuse } from '../../protocol/result.ts';
import { selectColumns, type ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import { panelOf, series, normals } from '../../shaders/analyses/planted.testkit.ts';
import { analyse } from '../../shaders/analyses/analysis.ts';
import { tools } from '../../shaders/analyses/planted.testkit.ts';
import { uncertainty } from '../../shaders/analyses/uncertainty.ts';
import { CorrelationEngine } from '../../shaders/engine/engine.ts';
import { fileName, fileNotes, matrixFiles } from './heatmap-files.ts';
import { PairTests } from './pair-tests.ts';
import type { PanelQuery, Provenance } from './port.ts';
import { correlateShown, readCell, type Shown } from './shown.ts';
import { windowsOf } from './windows.ts';

const T = 240;

/** A and B go together in the later half alone, C is their opposite all the time, D is alone. */
function market() {
  const normal = normals(5);
  const common = series(T, normal);
  const beside = (k: number, share: number) => share * (common[k] ?? 0) + 0.4 * normal();
  return panelOf({
    A: series(T, (k) => (k < T / 2 ? normal() : beside(k, 0.9))),
    B: series(T, (k) => beside(k, 0.9)),
    C: series(T, (k) => -beside(k, 0.9)),
    D: series(T, normal),
  });
}

const engine = new CorrelationEngine({ gpu: null, now: () => 0 });
async function shownOf(
  compared: boolean,
  returns = market(),
  other: ReturnsPanel | null = null,
): Promise<Shown> {
  const window = T / (compared && !other ? 2 : 1);
  const asked = { of: { horizon: '1s' }, window, weighting: 'pearson', compared } as const;
  const against = other && { horizon: other.horizon };
  const windows = windowsOf({ ...asked, against }, ({ horizon, window: columns }) => {
    const panel = horizon === returns.horizon ? returns : (other ?? returns);
    return ok(selectColumns(panel, Math.max(0, panel.t - columns), panel.t));
  });
  if (!windows.ok) throw new Error(windows.error.sentence);
  return correlateShown(engine, windows.value, asked);
}

describe('what the heatmap shows', () => {
  test('compared with the window before: the change is coloured, the break named first', async () => {
    const shown = await shownOf(true);
    expect(shown.panel.t).toBe(T / 2);
    const broken = shown.compared?.breaks[0];
    expect([broken?.row, broken?.column]).toContain('A');
    expect(broken?.p).toBeLessThan(0.01);
    const reading = readCell(shown, null, 0, [0, 1]);
    expect(reading.rho).toBeGreaterThan(0.7);
    expect(Math.abs(reading.before ?? 1)).toBeLessThan(0.35);
    expect(shown.matrix.matrix[1]).toBeCloseTo((reading.rho ?? 0) - (reading.before ?? 0), 6);
    expect(shown.matrix.matrix[0]).toBe(0);
    expect(shown.compared?.to).toBe((T / 2) * 1e6);
  });

  test('compared with bars of another length: by name, in the order of what is shown, each in its own units', async () => {
    const now = market();
    // A minute is seven times as large; D and E are not in both, and B comes first.
    const normal = normals(9);
    const common = series(T, normal);
    const beside = (k: number, share: number) => 7 * (share * (common[k] ?? 0) + 0.4 * normal());
    const minutes: ReturnsPanel = {
      ...panelOf({
        E: series(T, normal),
        B: series(T, (k) => beside(k, 0.9)),
        C: series(T, (k) => beside(k, 0.9)),
        A: series(T, normal),
      }),
      horizon: '1m',
    };
    const shown = await shownOf(true, now, minutes);
    expect(shown.panel.names).toEqual(['A', 'B', 'C']);
    expect(shown.compared).toMatchObject({ horizon: '1m', isJustBefore: false });
    const reading = readCell(shown, null, 0, [1, 2]);
    expect(reading.rho).toBeLessThan(-0.7);
    expect(reading.before).toBeGreaterThan(0.7);
    expect(shown.compared?.breaks[0]).toMatchObject({ row: 'B', column: 'C', p: 1 / 500 });
    const tested = new PairTests().ofChange(
      { result: shown.result, input: { ...shown.panel, lambda: null }, names: shown.panel.names },
      {
        result: shown.compared?.result ?? shown.result,
        input: { ...(shown.compared?.panel ?? now), lambda: null },
      },
    );
    expect(tested.found.survives(1, 2)).toBe(true);
    expect(tested.found.tests).toBe(3);
  });

  test('windows with fewer than two instruments in common are refused by name', () => {
    const [live, other] = [market(), { ...panelOf({ A: series(T, (k) => k), Z: series(T, (k) => -k) }) }];
    const prices: ReturnsPanel = {
      ...{ ...other, horizon: '1d' },
      source: { kind: 'imported', name: 'shares.csv', sha256: '00' },
    };
    const asked = { of: { horizon: '1s' }, window: T, compared: true } as const;
    const against = { horizon: '1d', imported: '00' } as const;
    const returns = (of: ReturnsPanel) => (query: PanelQuery) => ok(query.imported === undefined ? live : of);
    expect(windowsOf({ ...asked, against }, returns(prices))).toEqual(
      refuse(
        'no-common-instruments',
        'Only A of the live market is in shares.csv under the same name, so there is no pair to compare.',
      ),
    );
    const none = { ...prices, names: ['Y', 'Z'] };
    const refused = windowsOf({ ...asked, against }, returns(none));
    expect(refused.ok ? '' : refused.error.sentence).toMatch(
      /^No instrument of the live market is in shares/,
    );
    const away = refuse('no-prices', 'These prices are not loaded.');
    const noPrices = (query: PanelQuery) => (query.imported === undefined ? ok(live) : away);
    expect(windowsOf({ ...asked, against }, noPrices)).toEqual(away);
  });

  test('tested by Fisher’s z: planted pairs survive, chance is dimmed, and only cells that were tested', async () => {
    const shown = await shownOf(false);
    const matrix = { result: shown.result, input: shown.panel, names: shown.panel.names };
    const tests = new PairTests();
    const tested = tests.of(matrix, 'fisher', 0.3);
    expect(tested?.found).toMatchObject({ count: 1, tests: 6 });
    expect(readCell(shown, tested, 0.3, [1, 2]).tested).toMatchObject({ threshold: 0.3, survives: true });
    // Beyond c as it was measured, but not by more than chance makes.
    const half = readCell(shown, tested, 0.3, [0, 1]);
    expect(Math.abs(half.rho ?? 0)).toBeGreaterThan(0.3);
    expect(half.tested?.survives).toBe(false);
    const alone = readCell(shown, tested, 0.3, [1, 3]);
    expect(alone.tested?.survives).toBe(false);
    expect(alone.tested?.exceeds).toBeLessThan(0.05);
    expect(readCell(shown, tested, 0.3, [1, 1]).tested).toBeNull();
    expect(tests.of(matrix, 'size', 0.3)).toBeNull();
    // The same object again: a picture of it needs no new pyramid.
    expect(tests.of(matrix, 'fisher', 0.3)?.found.faint).toBe(tests.of(matrix, 'fisher', 0.3)?.found.faint);
  });

  test('tested by the bootstrap once that has answered for this threshold, by names', async () => {
    const shown = await shownOf(false);
    const matrix = { result: shown.result, input: shown.panel, names: shown.panel.names };
    const options = {
      threshold: 0.3,
      confidence: 0.95,
      resamples: 512,
      falseDiscovery: 0.05,
      seed: 1,
    } as const;
    const answered = await analyse(uncertainty, shown.panel, options, tools());
    if (!answered.ok) throw new Error(answered.error.sentence);
    const { names, answer } = answered.value;
    const tests = new PairTests();
    expect(tests.of(matrix, 'bootstrap', 0.3)).toBeNull();
    tests.bootstrapped({ names, threshold: 0.3, resamples: 512, uncertainty: answer });
    expect(tests.of(matrix, 'bootstrap', 0.2)).toBeNull();
    const tested = tests.of(matrix, 'bootstrap', 0.3);
    expect(tested).toMatchObject({ by: 'bootstrap', found: { count: 1, tests: 6 } });
    expect(tested?.of(1, 2)?.exceeds).toBe(1);
    const fewer = { result: shown.result, input: shown.panel, names: ['A', 'B', 'X', 'D'] };
    expect(tests.of(fewer, 'bootstrap', 0.3)?.found.tests).toBe(3);
  });
});

describe('its files', () => {
  const provenance: Provenance = {
    ...{ instruments: 4, samples: T, effectiveSamples: T, window: T, weighting: 'pearson', ms: 1 },
    ...{ from: 1e6, asOf: 1_700_000_000_000_000, horizon: '1s', source: { kind: 'live' } },
    ...{ backend: 'wasm', pairwise: false, tested: null, before: null },
  };

  test('say whose returns, how far apart and as of when, in their names and first lines', () => {
    expect(fileName(provenance)).toBe('correlation-live-1s-20231114T221320Z');
    const imported: Provenance = {
      ...provenance,
      horizon: '1d',
      source: { kind: 'imported', name: 'my prices/2.csv', sha256: 'ab' },
      before: { from: 1e6, to: 2e6, horizon: '1d', source: { kind: 'live' }, isJustBefore: true },
    };
    expect(fileName(imported)).toBe('correlation-change-my_prices_2.csv-1d-20231114T221320Z');
    const live: Provenance['before'] = {
      ...{ from: 1e6, to: 2e6, horizon: '5m', isJustBefore: false },
      source: { kind: 'live' },
    };
    expect(fileNotes({ ...imported, before: live })[0]).toMatch(/less that of live bars, bars of 5m/);
    expect(fileNotes(imported).join('\n')).toMatch(
      /window before[^]*SHA-256 ab; bars of 1d[^]*Pearson; 4 instruments/,
    );
  });

  test('have the rows in the order in which they are shown', async () => {
    const shown = await shownOf(false);
    const order = Uint32Array.of(3, 0, 2, 1);
    const [csv] = matrixFiles({ shown, provenance, order }, 'csv');
    const lines = (await csv?.file.text())?.split('\r\n').filter((line) => !line.startsWith('#')) ?? [];
    expect(lines[0]).toBe('instrument,D,A,C,B');
    const cells = lines[4]?.split(',') ?? [];
    expect(Math.fround(Number(cells[3]))).toBe(shown.result.matrix[1 * 4 + 2]);
    const [, labels] = matrixFiles({ shown, provenance, order }, 'npy');
    expect((await labels?.file.text())?.trim().split('\n').slice(-4)).toEqual(['D', 'A', 'C', 'B']);
  });
});
