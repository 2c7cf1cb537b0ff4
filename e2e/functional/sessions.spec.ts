import { performance } from 'node:perf_hooks';
import { expect, test } from '../fixtures.ts';
import { AccountPage } from '../pages/account.ts';
import { ConsolePage } from '../pages/console.ts';
import { PeoplePage } from '../pages/people.ts';
import { StepUpPage } from '../pages/step-up.ts';

test('a session ended in another window dies there within a second, and says why', async ({
  operator,
  openConsole,
}) => {
  const [here, there] = [await openConsole(operator), await openConsole(operator)];
  const account = await AccountPage.open(here);
  await expect(account.sessionRows()).toHaveCount(2);
  await expect(account.sessionRows().filter({ hasText: 'this one' })).toHaveCount(1);

  const gone = there.page.getByRole('heading', { name: 'Sign in' });
  const began = performance.now();
  await account.sessions.getByRole('button', { name: 'End it' }).click();
  await gone.waitFor();
  // The bound is the requirement's own (R-53: revoked sockets die within 1 s), both browsers included.
  expect(performance.now() - began).toBeLessThan(1000);
  await expect(there.page.getByRole('status').filter({ hasText: /ended/ })).toBeVisible();
  await expect(account.sessionRows()).toHaveCount(1);
});

/** The server's clock, moved by starting it again at a later hour. */
const later = { minutes: 0 };
const clock = (toml: string): string =>
  `${toml}\n[clock]\nstart = "${new Date(Date.now() + later.minutes * 60_000).toISOString()}"\n`;

test.describe('hours later', () => {
  test.use({ deskOptions: { config: clock, instruments: 8 } });
  test.beforeEach(() => {
    later.minutes = 0;
  });

  test('nobody acted for long: locked, and unlocked in place by a factor', async ({
    desk,
    operator,
    openConsole,
  }) => {
    const view = await openConsole(operator);
    await desk.server.stop();
    later.minutes = 11 * 60 + 50;
    await desk.startServer();
    await expect(view.banners).toContainText('Locked: nobody acted for 30 minutes');
    await expect(view.banners, 'and it ends soon').toContainText(/ends in (10|9) minutes/);
    await expect(view.topBar).toContainText('locked');

    await view.banners.getByRole('button', { name: 'Unlock…' }).click();
    const stepUp = new StepUpPage(view.page);
    await stepUp.expectAsks('12 hours from now');
    await stepUp.confirm('000000');
    await expect(stepUp.refusal).not.toBeEmpty();
    await stepUp.confirm(operator.code('renew', later.minutes));
    await expect(stepUp.dialog).toHaveCount(0);
    await expect(view.page.getByText('Locked: nobody acted')).toHaveCount(0);
    await expect(view.topBar).toContainText('signed in');
    await view.waitUntilLive();
    await view.page.reload();
    await view.waitUntilLive();
  });

  test('12 hours are over: it watches and halts, and is renewed in place', async ({
    desk,
    operator,
    openConsole,
  }) => {
    const view = await openConsole(operator);
    await desk.server.stop();
    later.minutes = 12 * 60 + 1;
    await desk.startServer();
    await expect(view.banners).toContainText('Watching only');
    await view.halt.press();
    await view.halt.expectState('blocked, not cancelled');
    await expect(view.halt.drawer.getByRole('button', { name: /^Take back/ })).toHaveCount(0);
    await expect(view.halt.drawer).toContainText('Renew it');
    await view.halt.cancelAll(operator.code('halt', later.minutes));
    await view.halt.expectState('zero confirmed');

    await view.banners.getByRole('button', { name: 'Renew…' }).click();
    const stepUp = new StepUpPage(view.page);
    await stepUp.confirm(operator.code('renew', later.minutes));
    await expect(stepUp.dialog).toHaveCount(0);
    await expect(view.banners).not.toContainText('Watching only');
    await view.waitUntilLive();
  });
});

test('a wall display watches: no halt, no palette, and no other device in its place', async ({
  admin,
  openConsole,
  openWindow,
}) => {
  const people = await PeoplePage.open(await openConsole(admin));
  await people.section('Sessions');
  await people.fill('Wall display…', { 'Name, or where it hangs': 'Trading floor' });
  await people.stepUp.expectAsks('watches for 30 days');
  await people.stepUp.confirm(admin.code('admin'));
  const link = await people.takeShown();
  expect(link).toContain('/wall#token=');

  const context = await openWindow();
  const page = await context.newPage();
  await page.goto(link);
  const wall = new ConsolePage(page);
  await wall.waitUntilLive();
  await expect(wall.topBar).toContainText('No halt here');
  await expect(wall.halt.control).toHaveCount(0);
  await expect(wall.panel('correlation')).toBeVisible();
  await page.keyboard.press('Control+k');
  await expect(wall.palette).toHaveCount(0);

  await test.step('a reload proves the device and goes on', async () => {
    await page.reload();
    await wall.waitUntilLive();
  });

  await test.step('the cookie alone, in another browser, is worth nothing', async () => {
    const thief = await openWindow();
    await thief.addCookies(await context.cookies());
    const stolen = await thief.newPage();
    const origin = new URL(page.url()).origin;
    await stolen.goto(origin);
    const answer = await stolen.evaluate(async () => {
      const response = await fetch('/auth/wall/challenge', {
        method: 'POST',
        headers: { 'x-cwts': '1', 'content-type': 'application/json' },
        body: '{}',
      });
      const { nonce } = (await response.json()) as { nonce?: string };
      const proof = await fetch('/auth/wall/prove', {
        method: 'POST',
        headers: { 'x-cwts': '1', 'content-type': 'application/json' },
        body: JSON.stringify({ nonce, signature: 'A'.repeat(86) }),
      });
      return proof.status;
    });
    expect(answer).toBeGreaterThanOrEqual(400);
  });
  await people.section('Sessions');
  await expect(people.row('wall display')).toBeVisible();
});
