import { describe, expect, it } from 'vitest';
import { createStepUp } from './step-up.ts';

const question = (title: string) => ({ title, sentence: 'What will be done.', action: { type: 'x' } });
const factor = { kind: 'totp', code: '123456' } as const;

describe('the one question for a factor', () => {
  it('is answered with the factor, and is then over', async () => {
    const stepUp = createStepUp();
    const asked = stepUp.ask(question('a'));
    expect(stepUp.getState().asked?.title).toBe('a');
    stepUp.getState().asked?.answer(factor);
    expect(await asked).toEqual(factor);
    expect(stepUp.getState().asked).toBeNull();
  });

  it('let be is no factor', async () => {
    const stepUp = createStepUp();
    const asked = stepUp.ask(question('a'));
    stepUp.abandon();
    expect(await asked).toBeNull();
  });

  it('is replaced by a second one, which the first’s late answer does not close', async () => {
    const stepUp = createStepUp();
    const first = stepUp.ask(question('a'));
    const old = stepUp.getState().asked;
    const second = stepUp.ask(question('b'));
    expect(await first).toBeNull();
    old?.answer(factor);
    expect(stepUp.getState().asked?.title).toBe('b');
    stepUp.getState().asked?.answer(factor);
    expect(await second).toEqual(factor);
  });
});
