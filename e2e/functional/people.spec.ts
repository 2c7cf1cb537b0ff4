import { expect, test } from '../fixtures.ts';
import { Person } from '../harness/person.ts';
import { ConsolePage } from '../pages/console.ts';
import { PeoplePage } from '../pages/people.ts';
import { SignInPage } from '../pages/sign-in.ts';

test('an administrator makes a user, who enrols, is promoted, and is removed', async ({
  desk,
  admin,
  openConsole,
  openWindow,
}) => {
  const people = await PeoplePage.open(await openConsole(admin));
  const ann = new Person('ann', desk);
  const window = await openWindow();
  const page = await window.newPage();

  await test.step('made, in words, with a factor; the link is shown once', async () => {
    await people.fill('New user…', { User: 'ann', Name: 'Ann Lee', Role: 'viewer' });
    await people.stepUp.expectAsks('Ann Lee (ann) becomes a viewer');
    await people.stepUp.confirm('000000');
    await expect(people.stepUp.refusal).toContainText('not right');
    await people.stepUp.confirm(admin.code('admin'));
    const link = await people.takeShown();
    await expect(people.row('Ann Lee')).toContainText('not enrolled');
    await new SignInPage(page).enrol(link, ann);
  });
  const hers = new ConsolePage(page);
  await hers.waitUntilLive();
  await expect(hers.topBar).toContainText('Ann Lee');
  await expect(people.row('Ann Lee')).toContainText('password, authenticator');
  const orders = await hers.show('orders');
  await orders.getByRole('button', { name: 'Ticket' }).click();
  await expect(orders).toContainText('not among what your role may do');

  await test.step('promoted: from what to what, and what they gain; their session ends', async () => {
    await people.fill('Change ann', {
      Role: 'trader',
      'Reason (it goes into the record)': 'Trades from today.',
    });
    await people.stepUp.expectAsks('place orders');
    await expect(people.stepUp.dialog.getByRole('row', { name: /Role/ })).toContainText('viewer');
    await people.stepUp.confirm(admin.code('admin'));
    await expect(people.row('Ann Lee')).toContainText('trader');
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
    await new SignInPage(page).signIn('ann', ann.password, ann.code('login'));
    await hers.waitUntilLive();
  });

  await test.step('her session is ended from the list', async () => {
    await people.section('Sessions');
    await people.fill(
      'End the session of ann',
      { 'Reason (it goes into the record)': 'She left her desk.' },
      'End it',
    );
    await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  });

  await test.step('removed: she is nobody here', async () => {
    await people.section('Users');
    await people.fill('Remove ann', { 'Reason (it goes into the record)': 'Left the firm.' });
    await people.stepUp.expectAsks('cannot sign in any more');
    await people.stepUp.confirm(admin.code('admin'));
    await expect(people.row('Ann Lee')).toHaveCount(0);
  });
});

test('the last administrator stays one, and others may not manage', async ({
  admin,
  operator,
  openConsole,
}) => {
  const people = await PeoplePage.open(await openConsole(admin));
  const change = people.panel.getByRole('button', { name: 'Change admin' });
  await expect(change).toBeDisabled();
  await expect(change).toHaveAttribute('title', /Nobody changes or removes themselves/);

  await test.step('the server says so too', async () => {
    const { page } = people.view;
    const answer = await page.evaluate(async (code) => {
      const command = { type: 'user.remove', user: 'admin', reason: 'test', factor: { kind: 'totp', code } };
      const response = await fetch('/api/v1/commands', {
        method: 'POST',
        headers: { 'x-cwts': '1', 'content-type': 'application/json' },
        body: JSON.stringify({
          id: `console-${crypto.randomUUID()}`,
          expiresAt: (Date.now() + 10_000) * 1000,
          command,
        }),
      });
      return (await response.json()) as { ok: boolean; sentence: string };
    }, admin.code('admin'));
    expect(answer.ok).toBe(false);
    expect(answer.sentence).toMatch(/administrator|yourself|themselves|own/);
  });

  await test.step('a trader sees why there is nothing for them', async () => {
    const view = await openConsole(operator);
    await view.run('Show panel: People');
    const panel = view.page.getByRole('main').getByRole('region', { name: 'People' });
    await expect(panel).toContainText('Your role, trader, does not have it');
  });
});

test('a service account: its key is shown once, replaced, and revoked', async ({ admin, openConsole }) => {
  const people = await PeoplePage.open(await openConsole(admin));
  await people.section('Service accounts');
  await people.fill('New service account…', { Account: 'maker-2' });
  await people.stepUp.expectAsks('may read market data, place orders and cancel orders');
  await people.stepUp.confirm(admin.code('admin'));
  const first = await people.takeShown();
  await expect(people.row('maker-2')).toContainText('until');

  await people.fill('New key for maker-2', { 'The key expires': '365' });
  await people.stepUp.confirm(admin.code('admin'));
  expect(await people.takeShown()).not.toBe(first);

  await people.fill('Revoke maker-2', { 'Reason (it goes into the record)': 'No longer run.' }, 'Revoke it');
  await expect(people.row('maker-2')).toContainText('revoked');
});

test('R-11: what is restricted holds at once, and is lifted by a factor', async ({ second, openConsole }) => {
  const people = await PeoplePage.open(await openConsole(second));
  await people.section('Restricted');
  await people.fill(
    'Restrict…',
    { 'Instrument or asset': 'ETH', 'Reason (it goes into the record)': 'Inside information.' },
    'Restrict it',
  );
  await expect(people.row('ETH')).toContainText('Inside information.');
  await people.fill('Lift the restriction of ETH', {
    'Reason (it goes into the record)': 'It is public now.',
  });
  await people.stepUp.expectAsks('may raise positions in ETH again');
  await people.stepUp.confirm(second.code('admin'));
  await expect(people.row('ETH')).toHaveCount(0);
});
