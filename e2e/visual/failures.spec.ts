import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { expect, test } from '../fixtures.ts';
import { DEMO_INSTRUMENTS } from '../harness/desk.ts';
import { armGpu, loseGpu } from '../harness/gpu.ts';
import { ConsolePage } from '../pages/console.ts';
import { SignInPage } from '../pages/sign-in.ts';
import { expectPicture, expectWindowPicture } from './picture.ts';

test.skip(process.env['CWTS_GOLDENS'] !== '1', 'goldens belong to Debian’s Chromium (/usr/bin/chromium)');

/** Each state comes from its real fault; the picture is of what says so. */
test.use({ deskOptions: { still: true, instruments: DEMO_INSTRUMENTS } });

test('no server', async ({ desk, operator, openConsole }) => {
  const view = await openConsole(operator);
  await view.settle();
  await desk.server.stop('SIGKILL');
  await expect(view.banners).toContainText('Server unreachable');
  await expect(view.row('watch', 'BTC-USDT')).toHaveClass(/stale/);
  await expectPicture(view.banners, 'no-server-banner.png');
  await expectPicture(view.panel('watch'), 'no-server-watch.png');
});

test('halt not delivered', async ({ desk, operator, openConsole }) => {
  const view = await openConsole(operator);
  await view.settle();
  desk.server.signal('SIGSTOP');
  await view.halt.press();
  await expect(view.halt.notDelivered).toContainText(/Sent \d{2,} times/);
  // How often it was sent counts on while the picture is taken.
  const counts = view.halt.notDelivered.locator('p');
  await expectPicture(view.halt.notDelivered, 'not-delivered.png', [counts]);
  desk.server.signal('SIGCONT');
  await view.halt.expectState('blocked, not cancelled');
});

test('no server from the start', async ({ desk, openWindow }) => {
  const signIn = new SignInPage(await (await openWindow()).newPage());
  await signIn.openUnderDyingServer(desk);
  await expectPicture(signIn.page.getByRole('main'), 'unreachable.png');
});

test('stale feed', async ({ desk, operator, openConsole }) => {
  const view = await openConsole(operator);
  await view.settle();
  await desk.exchange.program.stop('SIGKILL');
  await expect(view.banners).toContainText(/Feed sim: down/, { timeout: 30_000 });
  await expect(view.row('watch', 'BTC-USDT')).toHaveClass(/stale/);
  await expectPicture(view.panel('watch'), 'stale-watch.png');
  await expectPicture(view.panel('book'), 'stale-book.png');
});

test('halted', async ({ operator, openConsole }) => {
  const view = await openConsole(operator);
  await view.settle();
  await view.halt.press();
  await view.halt.expectState('blocked, not cancelled');
  await expectPicture(view.banners, 'blocked-banner.png');
  await view.halt.cancelAll(operator.code('halt'));
  await view.halt.expectState('zero confirmed');
  await expectPicture(view.halt.drawer, 'halted-drawer.png');
  await expectPicture(view.topBar, 'halted-topbar.png');
});

test('lost GPU', async ({ desk, operator, openWindow }) => {
  const context = await openWindow();
  await armGpu(context);
  const view = await ConsolePage.open(context, operator, desk);
  await view.settle();
  await loseGpu(view.page, 'always');
  await expect(view.banners).toContainText('GPU lost');
  await expectPicture(view.banners, 'lost-gpu-banner.png');
});

test.describe('another protocol version', () => {
  test.use({ deskOptions: { protocol: PROTOCOL_VERSION + 1 } });

  test('the page that says which side is older', async ({ desk, operator, openWindow }) => {
    const context = await openWindow();
    await operator.signIn(context);
    const page = await context.newPage();
    await page.goto(desk.console);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This console must be upgraded');
    await expectWindowPicture(page, 'other-version.png');
  });
});
