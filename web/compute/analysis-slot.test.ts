import { beforeEach, describe, expect, test } from 'vitest';
import type { Answered } from '../../shaders/analyses/analysis.ts';
import type { Contagion } from '../../shaders/analyses/contagion.ts';
import type { Question } from './analysis-port.ts';
import { AnalysisSlot } from './analysis-slot.ts';

let sent: string[];
let slot: AnalysisSlot<'contagion'>;
let clock: number;
beforeEach(() => {
  sent = [];
  clock = 1000;
  const link = {
    ask: (place: number, id: number) => void sent.push(`ask ${place}.${id}`),
    drop: (place: number) => void sent.push(`drop ${place}`),
  };
  slot = new AnalysisSlot(link, 7, () => clock);
});

const question = (given: string): Question<'contagion'> => ({
  ...{ name: 'contagion', options: { given, time: 1 }, of: { horizon: '1s', window: 512 }, everyS: 5 },
});

function answered(given: string, asOf: number): Answered<Contagion> {
  return {
    answer: { given, time: 1, reached: [], stayed: { evolved: 1, walked: 1 }, drift: 0 },
    names: ['A', 'B'],
    provenance: {
      ...{ instruments: 2, leftOut: [], samples: 512, window: 512, horizon: '1s', source: { kind: 'live' } },
      ...{ asOf, ms: 3, backend: 'wasm', seed: null },
    },
  };
}

describe('a panel’s place', () => {
  test('asks a question once, and again when it is another one', () => {
    slot.ask(question('A'));
    slot.ask(question('A'));
    slot.ask(question('B'));
    expect(sent).toEqual(['ask 7.1', 'ask 7.2']);
  });

  test('keeps the answer while the next is made, and says that it is of the question before', () => {
    slot.ask(question('A'));
    slot.hear({ slot: 7, id: 1, kind: 'answered', answered: answered('A', 1) });
    expect(slot.view.getState()).toMatchObject({ isCurrent: true, newBarAt: 1000 });
    slot.ask(question('B'));
    expect(slot.view.getState()).toMatchObject({
      isCurrent: false,
      answered: { answer: { given: 'A' }, options: { given: 'A' } },
    });
    // It was on its way when the question changed.
    slot.hear({ slot: 7, id: 1, kind: 'answered', answered: answered('A', 2) });
    expect(slot.view.getState().isCurrent).toBe(false);
    slot.hear({ slot: 7, id: 2, kind: 'answered', answered: answered('B', 2) });
    expect(slot.view.getState()).toMatchObject({ isCurrent: true, answered: { options: { given: 'B' } } });
  });

  test('knows when the bars went on, not when an answer came', () => {
    slot.ask(question('A'));
    slot.hear({ slot: 7, id: 1, kind: 'answered', answered: answered('A', 1) });
    clock += 9000;
    slot.hear({ slot: 7, id: 1, kind: 'answered', answered: answered('A', 1) });
    expect(slot.view.getState().newBarAt).toBe(1000);
    slot.hear({ slot: 7, id: 1, kind: 'answered', answered: answered('A', 2) });
    expect(slot.view.getState().newBarAt).toBe(10_000);
  });

  test('a refusal or a failure leaves an answer that is not of the present; the next answer takes both away', () => {
    slot.ask(question('A'));
    slot.hear({ slot: 7, id: 1, kind: 'answered', answered: answered('A', 1) });
    const refusal = { code: 'no-returns', sentence: 'A has not moved.' };
    slot.hear({ slot: 7, id: 1, kind: 'refused', refusal });
    expect(slot.view.getState()).toMatchObject({
      isCurrent: false,
      refusal,
      answered: { names: ['A', 'B'] },
    });
    slot.failed('The analysis worker failed: it could not start.');
    expect(slot.view.getState()).toMatchObject({ isCurrent: false, running: false });
    slot.hear({ slot: 7, id: 1, kind: 'answered', answered: answered('A', 3) });
    expect(slot.view.getState()).toMatchObject({ isCurrent: true, refusal: null, failed: null });
  });

  test('closed, it has nothing and hears nothing; asked the same again, it asks', () => {
    slot.ask(question('A'));
    slot.close();
    slot.close();
    slot.hear({ slot: 7, id: 1, kind: 'answered', answered: answered('A', 1) });
    expect(slot.view.getState()).toMatchObject({ answered: null, running: false });
    slot.ask(question('A'));
    expect(sent).toEqual(['ask 7.1', 'drop 7', 'ask 7.3']);
  });
});
