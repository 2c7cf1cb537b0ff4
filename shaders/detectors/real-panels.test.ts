/** What the detectors say of five real months of 93 coins, with the false alarms that they cost. */
import { describe, expect, test } from 'vitest';
import { noPanels, readPanel } from '../correlation/panels.testkit.ts';
import { generator } from '../correlation/returns.testkit.ts';
import { CoExceedanceDetector } from './co-exceedance.ts';
import { correlationBreak } from './correlation-break.ts';
import { marketBreak } from './market-break.ts';
import { Highest } from './highest.ts';
import { FlashCrashDetector, isFlashCrash } from './flash-crash.ts';
import { fitRegime, RegimeFilter } from './volatility-regime.ts';

const STEPS_A_DAY = 288;

describe.skipIf(noPanels !== null)('five months of 93 coins, every 5 minutes', () => {
  const { names, times, input } = readPanel('crypto_5m_close_2020-12_2021-04.csv.gz', true);
  const { n, t, returns } = input;
  const rowOf = (name: string): Float64Array =>
    returns.subarray(names.indexOf(name) * t, (names.indexOf(name) + 1) * t);
  const when = (step: number): string => new Date(Number(times[step + 1])).toISOString().slice(0, 16);
  const stepOf = (at: string): number => times.findIndex((_, k) => when(k) >= at);

  test('the crashes of 22 February and 18 April 2021 are cascades; one alarm in 1,300 steps in all', () => {
    const detector = new CoExceedanceDetector(n);
    const step = new Float64Array(n);
    const alarms: string[] = [];
    for (let k = 0; k < t; k++) {
      for (let i = 0; i < n; i++) step[i] = returns[i * t + k] ?? Number.NaN;
      if (detector.step(step).isCascade) alarms.push(when(k));
    }
    expect(alarms).toEqual(expect.arrayContaining(['2021-02-22T14:10', '2021-04-18T03:30']));
    expect(alarms.length / t).toBeLessThan(1 / 1300);
  });

  test('the days after 22 February were wild, quiet weekends in December and April were not', () => {
    const row = rowOf('BTCUSDT');
    const model = fitRegime(row.slice(0, 31 * STEPS_A_DAY));
    if (!model) throw new Error('no regimes found');
    const filter = new RegimeFilter(model);
    const wild = Array.from(row, (r) => filter.step(r));
    const share = (day: string): number => {
      const from = stepOf(`${day}T00:00`);
      return wild.slice(from, from + STEPS_A_DAY).filter((p) => p > 0.9).length / STEPS_A_DAY;
    };
    expect(share('2021-02-23')).toBeGreaterThan(0.6);
    for (const quiet of ['2020-12-06', '2020-12-07', '2021-04-03', '2021-04-09']) {
      expect(share(quiet), quiet).toBeLessThan(0.05);
    }
  });

  test('when its issuer was sued, XRP came loose from Bitcoin; three weeks before it had not', () => {
    const [btc, xrp] = [rowOf('BTCUSDT'), rowOf('XRPUSDT')];
    const at = (from: number, days: number) => {
      const to = from + (7 + days) * STEPS_A_DAY;
      const rearranged = { block: 12, rearrangements: 499, random: generator(1) };
      return correlationBreak(btc.slice(from, to), xrp.slice(from, to), 7 * STEPS_A_DAY, rearranged);
    };
    const sued = at(stepOf('2020-12-15T00:00'), 3);
    expect(sued?.p).toBeLessThan(0.02);
    expect(sued?.after).toBeLessThan((sued?.before ?? 0) - 0.1);
    expect(at(200, 3)?.p).toBeGreaterThan(0.2);
  });

  test('on 22 February all coins hung together as they had not in three days; on 6 December as they had', () => {
    const at = (end: number) => {
      const rows = names.flatMap((_, i) => (i % 4 === 0 ? [i] : []));
      const from = end - 900;
      const window = Float64Array.from({ length: rows.length * 900 }, (_, at) => {
        return returns[(rows[Math.floor(at / 900)] ?? 0) * t + from + (at % 900)] ?? Number.NaN;
      });
      const valid = new Uint32Array(rows.length * Math.ceil(900 / 32)).fill(0xffffffff);
      const rearranged = { block: 20, rearrangements: 99, random: generator(1) };
      return marketBreak({ returns: window, valid, n: rows.length, t: 900 }, 675, rearranged);
    };
    const crash = at(stepOf('2021-02-22T20:20'));
    expect(crash?.p).toBe(0.01);
    expect((crash?.after ?? 0) - (crash?.before ?? 0)).toBeGreaterThan(0.25);
    expect(at(stepOf('2020-12-06T00:00'))?.p).toBeGreaterThan(0.1);
  });

  test('a sure change of a sixth of windows is the highest of two days about once a day, 22 February among them', () => {
    const rows = names.flatMap((_, i) => (i % 3 === 0 ? [i] : []));
    const [day, look, width] = [2880, 30, 900];
    const valid = new Uint32Array(rows.length * Math.ceil(width / 32)).fill(0xffffffff);
    const highest = new Highest(2 * day);
    let [sure, looks] = [0, 0];
    const raised: number[] = [];
    let isRaised = false;
    for (let end = width; end <= t; end += look) {
      looks++;
      const window = Float64Array.from({ length: rows.length * width }, (_, at) => {
        return returns[(rows[Math.floor(at / width)] ?? 0) * t + end - width + (at % width)] ?? Number.NaN;
      });
      const panel = { returns: window, valid, n: rows.length, t: width };
      const tested = (rearrangements: number) =>
        marketBreak(panel, 675, { block: 20, rearrangements, random: generator(1) });
      const rough = tested(0);
      const size = Math.abs((rough?.after ?? 0) - (rough?.before ?? 0));
      if (size < 0.075) isRaised = false;
      if (size < 0.15 || (tested(39)?.p ?? 1) > 0.025) continue;
      sure++;
      if (highest.step(end, size) && !isRaised) raised.push(end);
      if (raised.at(-1) === end) isRaised = true;
    }
    expect(sure / looks).toBeGreaterThan(1 / 10);
    // The first two days have no past.
    const settled = raised.filter((end) => end > width + 2 * day);
    expect(settled.length / ((t - width - 2 * day) / day)).toBeLessThan(1.1);
    const crash = stepOf('2021-02-22T14:00');
    expect(raised.some((end) => end > crash && end < crash + 225)).toBe(true);
  });

  test('the crash of 18 April is one of most coins looked at; of closes alone, one alarm a coin in 10 days', () => {
    const looked = names.filter((_, i) => i % 15 === 0);
    let [crashed, alarms] = [0, 0];
    for (const name of looked) {
      const detector = new FlashCrashDetector();
      let close = 1;
      let was = false;
      let isOf18April = false;
      for (const [k, r] of rowOf(name).entries()) {
        close *= Math.exp(r);
        const signs = detector.step({ close, spread: null, volume: null });
        const is = signs !== null && isFlashCrash(signs);
        if (is && !was) alarms++;
        if (is && when(k).startsWith('2021-04-18T03')) isOf18April = true;
        was = is;
      }
      if (isOf18April) crashed++;
    }
    expect(crashed).toBeGreaterThan(looked.length / 2);
    expect(alarms / looked.length / (t / STEPS_A_DAY)).toBeLessThan(0.1);
  });
});
