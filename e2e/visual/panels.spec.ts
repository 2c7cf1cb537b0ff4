import { expect, test } from '../fixtures.ts';
import { PANEL_NAMES } from '../pages/console.ts';
import { expectPicture, THEMES } from '../steady.ts';

test.skip(process.env['CWTS_GOLDENS'] !== '1', 'goldens belong to Debian’s Chromium (/usr/bin/chromium)');

for (const theme of THEMES) {
  test.describe(theme, () => {
    test.use({ theme, deskOptions: { still: true } });

    test('every panel', async ({ operator, openConsole }) => {
      test.setTimeout(120_000);
      const view = await openConsole(operator);
      await view.settle();
      await view.allWell();
      // Clustered, one second more may change the order of rows that are alike.
      await view.panel('correlation').getByRole('button', { name: 'Clustered' }).click();
      for (const name of PANEL_NAMES) {
        const panel = await view.show(name);
        await expectPicture(panel, `${theme}-${name}.png`);
      }
      await expectPicture(view.topBar, `${theme}-topbar.png`);
    });

    test('signing in', async ({ desk, openWindow }) => {
      const page = await (await openWindow()).newPage();
      await page.goto(desk.console);
      await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
      await expect(page).toHaveScreenshot(`${theme}-sign-in.png`);
    });
  });
}
