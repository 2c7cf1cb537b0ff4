import { expect, test } from '../fixtures.ts';
import { DEMO_INSTRUMENTS } from '../harness/desk.ts';
import { isBusy } from '../harness/machine.ts';
import { ConsolePage, FULL_WINDOW } from '../pages/console.ts';

test.use({ deskOptions: { instruments: DEMO_INSTRUMENTS } });

const STANDS_WITHIN_MS = 5_000;

test('the full heatmap stands within 5 s of login', async ({ desk, operator, openWindow }, info) => {
  const window = await openWindow();
  const began = Date.now();
  const view = await ConsolePage.open(window, operator, desk);
  await expect(await view.show('correlation')).toHaveAccessibleName(FULL_WINDOW);
  const took = Date.now() - began;
  console.log(`the full heatmap stood ${took} ms after login began`);
  if (isBusy())
    info.annotations.push({ type: 'not judged, the machine was busy', description: `${took} ms` });
  else expect(took, 'ms since login').toBeLessThan(STANDS_WITHIN_MS);
});
