import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { expect, test } from '../fixtures.ts';
import { armGpu, loseGpu } from '../harness/gpu.ts';
import { ConsolePage } from '../pages/console.ts';
import { movingParts, THEMES } from '../steady.ts';

test.skip(process.env['CWTS_GOLDENS'] !== '1', 'goldens belong to Debian’s Chromium (/usr/bin/chromium)');

/** Each state comes from its real fault; the picture is of what says so. */
for (const theme of THEMES) {
  test.describe(theme, () => {
    test.use({ theme, deskOptions: { still: true } });

    test('no server', async ({ desk, operator, openConsole }) => {
      const view = await openConsole(operator);
      await view.settle();
      await desk.server.stop('SIGKILL');
      await expect(view.banners).toContainText('Server unreachable');
      await expect(view.row('watch', 'BTC-USDT')).toHaveClass(/stale/);
      const mask = movingParts(view.page);
      await expect.soft(view.banners).toHaveScreenshot(`${theme}-no-server-banner.png`, { mask });
      await expect.soft(view.panel('watch')).toHaveScreenshot(`${theme}-no-server-watch.png`, { mask });
      await view.page.reload();
      await expect(view.page.getByText(/cannot be reached|ERR_CONNECTION_REFUSED/).first()).toBeVisible();
    });

    test('stale feed', async ({ desk, operator, openConsole }) => {
      const view = await openConsole(operator);
      await view.settle();
      await desk.exchange.program.stop('SIGKILL');
      await expect(view.banners).toContainText(/Feed sim: down/, { timeout: 30_000 });
      await expect(view.row('watch', 'BTC-USDT')).toHaveClass(/stale/);
      const mask = movingParts(view.page);
      await expect.soft(view.panel('watch')).toHaveScreenshot(`${theme}-stale-watch.png`, { mask });
      await expect.soft(view.panel('book')).toHaveScreenshot(`${theme}-stale-book.png`, { mask });
    });

    test('halted', async ({ operator, openConsole }) => {
      const view = await openConsole(operator);
      await view.settle();
      await view.halt.press();
      await view.halt.expectState('blocked, not cancelled');
      const mask = movingParts(view.page);
      await expect.soft(view.banners).toHaveScreenshot(`${theme}-blocked-banner.png`, { mask });
      await view.halt.cancelAll(operator.code('halt'));
      await view.halt.expectState('zero confirmed');
      await expect.soft(view.halt.drawer).toHaveScreenshot(`${theme}-halted-drawer.png`, { mask });
      await expect.soft(view.topBar).toHaveScreenshot(`${theme}-halted-topbar.png`, { mask });
    });

    test('lost GPU', async ({ desk, operator, openWindow }) => {
      const context = await openWindow();
      await armGpu(context);
      const view = await ConsolePage.open(context, operator, desk);
      await view.settle();
      await loseGpu(view.page, 'always');
      await expect(view.banners).toContainText('GPU lost', { timeout: 20_000 });
      await expect(view.banners).toHaveScreenshot(`${theme}-lost-gpu-banner.png`, {
        mask: movingParts(view.page),
      });
    });
  });

  test.describe(`${theme}, another protocol version`, () => {
    test.use({ theme, deskOptions: { protocol: PROTOCOL_VERSION + 1 } });

    test('the page that says which side is older', async ({ desk, operator, openWindow }) => {
      const context = await openWindow();
      await operator.signIn(context);
      const page = await context.newPage();
      await page.goto(desk.console);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('This console must be upgraded');
      await expect(page).toHaveScreenshot(`${theme}-other-version.png`);
    });
  });
}
