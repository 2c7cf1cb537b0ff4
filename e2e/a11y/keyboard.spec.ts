import type { Locator, Page } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { ConsolePage } from '../pages/console.ts';
import { SignInPage } from '../pages/sign-in.ts';

test('login, an instrument and a halt, with the keyboard alone', async ({ desk, operator, openWindow }) => {
  const page = await (await openWindow()).newPage();
  const { keyboard } = page;
  const signIn = new SignInPage(page);

  await test.step('enrolment: every field by Tab, Enter sends, the codes are kept', async () => {
    await signIn.open(desk.link('operator'));
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await expect(signIn.newPassword).toBeFocused();
    operator.keepSecret((await page.getByTestId('totp-secret').textContent()) ?? '');
    await keyboard.type(operator.password);
    await keyboard.press('Tab');
    await keyboard.type(operator.code('login'));
    await keyboard.press('Enter');
    await expect(signIn.recoveryCodes).toHaveCount(10);
    const kept = page.getByRole('checkbox', { name: /^I have kept/ });
    await tabTo(page, kept);
    await keyboard.press('Space');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
  });
  const view = new ConsolePage(page);
  await view.waitUntilLive();

  await test.step('an instrument: Tab to the watch list, arrow down', async () => {
    const grid = view.panel('watch').getByRole('grid', { name: 'Instruments' });
    await tabTo(page, grid);
    await expect(grid).toBeFocused();
    await keyboard.press('ArrowDown');
    await expect(view.panel('candles')).toHaveAccessibleName(/ETH-USDT/);
  });

  await test.step('the halt control: reached by Tab, its focus seen, held with Enter', async () => {
    await tabTo(page, view.halt.control);
    const outline = await view.halt.control.evaluate((element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return `${outlineStyle} ${outlineWidth}`;
    });
    expect(outline).not.toMatch(/^none|\b0px/);
    await keyboard.down('Enter');
    await expect(view.halt.drawer).toBeVisible();
    await keyboard.up('Enter');
    await view.halt.expectState('blocked, not cancelled');
  });

  await test.step('the code field has the focus; Enter cancels everything', async () => {
    await expect(view.halt.drawer.getByLabel(/6-digit code/)).toBeFocused();
    await keyboard.type(operator.code('halt'));
    await keyboard.press('Enter');
    await view.halt.expectState('zero confirmed');
  });
});

async function tabTo(page: Page, element: Locator): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    if (await element.evaluate((node) => node === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('120 presses of Tab did not reach it');
}
