import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright/test';
import type { CrossCheckReply } from '../../protocol/cross-check.ts';
import { expectAccessible } from '../a11y/axe.ts';
import { expect, test } from '../fixtures.ts';
import { auditRecords } from '../harness/audit.ts';
import { ROOT } from '../harness/root.ts';
import { inEachTheme } from '../themes.ts';

// The server's kernels, as often as they may run.
const config = (toml: string): string =>
  toml.replace('[kernels]\nenabled = false', '[kernels]\nenabled = true\nevery_seconds = 5');
test.use({ deskOptions: { config } });

/** They start last, 20 s after the server, and a busy machine takes its time. */
const CHECKED = { timeout: 120_000 };
const CHECK = '**/api/kernels/check';

/** What the server published reaches this page with one ρ that is off. */
async function alterChecks(page: Page): Promise<void> {
  await page.route(CHECK, async (route) => {
    if (route.request().method() !== 'GET') return route.continue();
    const response = await route.fetch();
    const reply = (await response.json()) as CrossCheckReply;
    const pair = reply.check?.pairs.find(([, , rho]) => rho !== null);
    if (pair) pair[2] = (pair[2] ?? 0) * 0.5 + 0.01;
    return route.fulfill({ response, json: reply });
  });
}

test('a console says that it computes what the server does; one that does not is alarmed of, by name', async ({
  desk,
  operator,
  second,
  openConsole,
}) => {
  const view = await openConsole(operator);
  const panel = await view.show('correlation');

  await test.step('before there is a check, nothing is said to agree', async () => {
    await expect(panel).toContainText('not checked since');
  });

  await test.step('the same bars, the same correlations', async () => {
    await expect(panel).toContainText('as the server computes', CHECKED);
    const health = await view.show('health');
    await health.locator('[data-health="gpu"]').click();
    const detail = view.page.getByRole('dialog', { name: 'GPU' });
    await expect(detail).toContainText(/computed what the server did as of .* 190 of 190 pairs/);
    await view.page.keyboard.press('Escape');
    await expect(health.locator('[data-health="kernels-check"]')).toHaveAttribute('data-state', 'ok');
  });

  await test.step('other correlations are an alarm, at every console, with its runbook', async () => {
    await alterChecks(view.page);
    await expect(panel).toContainText('NOT what the server computes', CHECKED);
    await expect(panel.getByRole('note')).toContainText(
      /This console does not compute what the server computes of the same returns.* So it is with 1 of 190 pairs\.$/,
    );
    await expect(view.panel('health').locator('[data-health="gpu"]')).toHaveAttribute('data-state', 'down');
    await expect(view.panel('health').locator('[data-health="kernels-check"]')).toHaveAttribute(
      'data-state',
      'degraded',
    );
    const other = await openConsole(second);
    const alarm = (await other.show('alarms'))
      .getByRole('listitem')
      .filter({ hasText: 'The console of operator (session' });
    await expect(alarm).toContainText('says that the server published');
    const runbook = /docs\/runbooks\/[a-z-]+\.md/.exec(await alarm.innerText())?.[0] ?? 'none';
    expect(existsSync(join(ROOT, runbook)), runbook).toBe(true);
    // Who agrees says so, and clears nothing of another's.
    await expect(await other.show('correlation')).toContainText('as the server computes', CHECKED);
    await expect(alarm).toContainText('standing');
    const records = auditRecords(desk.dataDir).filter(({ action }) => action.startsWith('kernels.console'));
    expect(records).toMatchObject([
      {
        action: 'kernels.console-disagrees',
        actor: 'operator',
        details: { finding: { of: 'pair', beyond: 1 } },
      },
    ]);
    await inEachTheme(view.page, (theme) => expectAccessible(view.page, `disagreeing, ${theme}`));
  });

  await test.step('three newer checks that agree, and its cause is gone', async () => {
    await view.page.unroute(CHECK);
    await expect(panel).toContainText('as the server computes', CHECKED);
    await expect(panel.getByRole('note')).toHaveCount(0);
    const alarm = (await view.show('alarms'))
      .getByRole('listitem')
      .filter({ hasText: 'The console of operator' });
    await expect(alarm).toContainText('cleared', CHECKED);
  });
});
