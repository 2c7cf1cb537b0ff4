import { expectAccessible } from '../a11y/axe.ts';
import { expect, test } from '../fixtures.ts';
import { inEachTheme } from '../themes.ts';

/** The server's analyses begin when everything else has, and a run needs some returns. */
const COMPUTED = { timeout: 240_000 };

test.describe('the server records what it computes', () => {
  test.use({
    deskOptions: {
      store: 'embedded',
      config: (toml) => toml.replace('enabled = false', 'enabled = true\nevery_seconds = 20'),
    },
  });

  test('its history and this tab’s own stand side by side, as a chart and as a table, by keyboard', async ({
    operator,
    openConsole,
  }) => {
    test.slow();
    const view = await openConsole(operator);
    await view.run('Layout preset: Analysis');
    await view.run('Show panel: History');
    const history = view.panel('history');
    await expect(history).toHaveAccessibleName('History · Structure 1 s · 1 hour');

    await test.step('points of both, each with who computed it', async () => {
      const chart = history.getByRole('img');
      await expect(chart).toHaveAccessibleName(
        /absorption ratio by this tab: [1-9]\d* of 60 known/,
        COMPUTED,
      );
      await expect(chart).toHaveAccessibleName(
        /mean correlation by the server: [1-9]\d* of 60 known/,
        COMPUTED,
      );
      await expect(history).toContainText(/server [1-9]\d* of 60 · 1 gap · this tab [1-9]/);
    });

    await test.step('as a table', async () => {
      const table = history.getByRole('button', { name: 'Table' });
      await table.focus();
      await view.page.keyboard.press('Enter');
      const rows = history.getByRole('row');
      await expect(rows.filter({ hasText: 'server' }).first()).toContainText(/\d %.*\+0\.\d\d/);
      await expect(rows.filter({ hasText: 'this tab' }).first()).toContainText(/\d %.*\+0\.\d\d/);
      await expect(rows.filter({ hasText: 'not computed' })).toHaveCount(1);
    });

    await test.step('a week, and what only the server computes', async () => {
      await history.getByRole('button', { name: '1 week' }).focus();
      await view.page.keyboard.press('Enter');
      const options = history.getByRole('group', { name: 'History options' });
      await options.getByRole('button', { name: 'Risk' }).click();
      await expect(history).toHaveAccessibleName('History · Risk · 1 week');
      await history.getByRole('button', { name: 'Table' }).click();
      await expect(history).toContainText('this tab does not compute it');
      await history.getByText('How to read this').click();
    });

    await test.step('accessible in both themes', async () => {
      await inEachTheme(view.page, async (theme) => {
        await expectAccessible(view.page, `history, ${theme}`);
      });
    });
  });
});

test('a server that keeps no store says so; the tab goes on by itself', async ({ operator, openConsole }) => {
  const view = await openConsole(operator);
  await view.run('Layout preset: Analysis');
  await view.run('Show panel: History');
  const history = view.panel('history');
  await expect(history).toContainText('This server keeps no store, and no history in it.', COMPUTED);
  await expect(history.getByRole('img')).toHaveAccessibleName(/by this tab: [1-9]\d* of 60 known/, COMPUTED);
  await expect(history).toContainText('server not known · this tab');
});
