/** Both ends of a check: the server's figures of its bars, and a console that has bars of its own. */
import { beforeEach, expect, test } from 'vitest';
import type { Bars } from '../../protocol/bars.ts';
import type { CrossCheck } from '../../protocol/cross-check.ts';
import type { InstrumentIndex } from '../../protocol/units.ts';
import { checkFigures } from '../../server/kernels/check-part.ts';
import { normals, tools } from '../../shaders/analyses/planted.testkit.ts';
import { selectRows } from '../../shaders/analyses/returns-panel.ts';
import { CorrelationEngine } from '../../shaders/engine/engine.ts';
import { answerCheck } from './cross-check.ts';
import { LiveReturns } from './live-returns.ts';
import { Returns } from './returns.ts';

const LISTED = 6;
/** What the server computes of the six. */
const ROWS = [1, 2, 4, 5];
const START = 1_700_000_000;

const random = normals(11);
const prices = Array.from({ length: LISTED }, () => 1e6);
const seconds = Array.from({ length: 700 }, (_, at): Bars => {
  const market = random();
  const close = Float64Array.from(prices, (price) =>
    Math.round(price * Math.exp(1e-4 * (market + random()))),
  );
  close.forEach((value, i) => (prices[i] = value));
  return {
    number: START + at,
    openAt: (START + at) * 1e6,
    rows: { instrument: Uint16Array.from(prices.keys()), close, state: new Uint8Array(LISTED).fill(1) },
  };
});

function consoleOf(bars: readonly Bars[], listed = LISTED): Returns {
  const live = new LiveReturns(512, 1024, () => undefined);
  const returns = new Returns(live);
  returns.market(Array.from({ length: listed }, (_, i) => `I${i}`));
  for (const bar of bars) live.second(bar);
  return returns;
}

/** The server's check after so many seconds. */
async function checkAfter(count: number): Promise<CrossCheck> {
  const all = consoleOf(seconds.slice(0, count)).panel({ horizon: '1s', window: 1024 });
  if (!all.ok) throw new Error(all.error.sentence);
  const rows = ROWS.map((index) => ({ index: index as InstrumentIndex, name: `I${index}` }));
  const figures = await checkFigures(selectRows(all.value, ROWS), rows, tools());
  if (!figures.ok) throw new Error(figures.error.sentence);
  return { ...figures.value, code: 'test' };
}

const engine = new CorrelationEngine({ gpu: null, now: () => 0, pinned: 'typescript' });
const answer = (check: CrossCheck, returns: Returns, on: Pick<CorrelationEngine, 'compute'> = engine) =>
  answerCheck(check, (query) => returns.panel(query), on);

let check: CrossCheck;
beforeEach(async () => {
  check = await checkAfter(650);
});

test('the same bars are the same to another backend, also when bars came since', async () => {
  expect(check).toMatchObject({ columns: 512, asOf: (START + 650) * 1e6, backend: 'wasm' });
  for (const count of [650, 651, 700]) {
    expect(await answer(check, consoleOf(seconds.slice(0, count)))).toMatchObject({
      kind: 'compared',
      backend: 'typescript',
      comparison: { kind: 'agreed', compared: 6, of: 6, inputs: { fewer: 0, more: 0, other: 0 } },
    });
  }
});

test('a backend that computes one pair of them otherwise is found, by that pair', async () => {
  const broken: Pick<CorrelationEngine, 'compute'> = {
    compute: async (input) => {
      const result = await engine.compute(input);
      const matrix = result.matrix.slice();
      matrix[1 * result.n + 3] = (matrix[1 * result.n + 3] ?? 0) + 1e-5;
      return { ...result, matrix };
    },
  };
  expect(await answer(check, consoleOf(seconds), broken)).toMatchObject({
    comparison: { kind: 'disagreed', beyond: 1, worst: { of: 'pair', row: 1, column: 3 } },
  });
});

test('a console that joined late, or whose bars are late, checks nothing and says why', async () => {
  expect(await answer(check, consoleOf(seconds.slice(300)))).toEqual({
    kind: 'unchecked',
    sentence: 'It has 349 of the 512 s that the server computed; the rest was before.',
  });
  expect(await answer(check, consoleOf(seconds.slice(0, 640)))).toMatchObject({
    sentence: 'The bars that the server computed have not come here.',
  });
  expect(await answer(check, consoleOf([]))).toMatchObject({ sentence: 'There are no bars yet.' });
  expect(await answer(check, consoleOf(seconds, 5))).toMatchObject({
    sentence: 'The server computed instruments that this console does not list yet.',
  });
  expect(await answer({ ...check, asOf: (check.asOf + 1) as never }, consoleOf(seconds))).toMatchObject({
    sentence: 'Its bars do not close when the server’s do.',
  });
});

test('bars that were missed, or are others, are other inputs and no other arithmetic', async () => {
  const missed = seconds.filter((_, at) => at < 400 || at > 402);
  expect(await answer(check, consoleOf(missed))).toMatchObject({
    comparison: { kind: 'other-inputs', inputs: { fewer: 4, more: 0, other: 0, of: 4 } },
  });
  const others = seconds.map((bar, at) => {
    const close = bar.rows.close.slice();
    if (at === 500) close[4] = (close[4] ?? 0) + 1;
    return { ...bar, rows: { ...bar.rows, close } };
  });
  expect(await answer(check, consoleOf(others))).toMatchObject({
    comparison: { kind: 'agreed', compared: 3, of: 6, inputs: { fewer: 0, more: 0, other: 1 } },
  });
});
