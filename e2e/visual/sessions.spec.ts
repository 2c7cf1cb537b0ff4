import { expect, test } from '../fixtures.ts';
import { ConsolePage } from '../pages/console.ts';
import { PeoplePage } from '../pages/people.ts';
import { EPOCH } from '../steady.ts';
import { expectPicture } from './picture.ts';

test.skip(process.env['CWTS_GOLDENS'] !== '1', 'goldens belong to Debian’s Chromium (/usr/bin/chromium)');

/** The server's clock, moved by starting it again at a later hour. */
const later = { minutes: 0 };
const clock = (toml: string): string =>
  toml.replaceAll(EPOCH, new Date(Date.parse(EPOCH) + later.minutes * 60_000).toISOString());

test.use({ deskOptions: { still: true, instruments: 8, config: clock } });
test.beforeEach(() => {
  later.minutes = 0;
});

for (const [name, minutes, words] of [
  ['locked', 40, 'Locked: nobody acted'],
  ['ending', 11 * 60 + 50, 'This session ends in'],
  ['watching', 12 * 60 + 1, 'Watching only'],
] as const) {
  test(`a session that is ${name}: the banner, the name in the bar`, async ({
    desk,
    operator,
    openConsole,
  }) => {
    const view = await openConsole(operator);
    await desk.server.stop();
    later.minutes = minutes;
    await desk.startServer();
    await expect(view.banners).toContainText(words);
    await view.waitUntilLive();
    const banner = view.banners.locator('.banner').filter({ hasText: words });
    await expectPicture(banner, `${name}-session.png`);
    await expectPicture(view.topBar.locator('.figure-user'), `${name}-user.png`);
  });
}

test('a wall display: no halt, and where there is one', async ({ admin, openConsole, openWindow }) => {
  const people = await PeoplePage.open(await openConsole(admin));
  await people.section('Sessions');
  await people.fill('Wall display…', { 'Name, or where it hangs': 'Trading floor' });
  await people.stepUp.confirm(admin.code('admin'));
  const link = await people.takeShown();
  const page = await (await openWindow()).newPage();
  await page.goto(link);
  const wall = new ConsolePage(page);
  await wall.waitUntilLive();
  await expectPicture(wall.topBar.getByRole('note'), 'wall-no-halt.png');
});
