import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../fixtures.ts';
import { provenRecords } from '../harness/signed-report.ts';
import { ReportsPage } from '../pages/reports.ts';

test('R-46: a halt makes its own report, which opens, and whose JSON verifies with the log’s public key', async ({
  desk,
  operator,
  second,
  openConsole,
}) => {
  const trader = await openConsole(operator);
  await trader.halt.press();
  await trader.halt.cancelAll(operator.code('halt'));
  await trader.halt.expectState('zero confirmed');

  const view = await openConsole(second);
  const reports = await ReportsPage.open(view);
  const report = reports.report(/^Halt/);
  await expect(report).toContainText(/Halt .*: confirmed at zero everywhere/, { timeout: 20_000 });
  await expect(report).toHaveCount(1);

  await test.step('it opens as a page of its own that is within its policy', async () => {
    const [page] = await Promise.all([
      view.page.context().waitForEvent('page'),
      report.getByRole('link', { name: /^Open/ }).click(),
    ]);
    const refused: string[] = [];
    page.on('console', (line) => {
      if (line.type() === 'error') refused.push(line.text());
    });
    await page.waitForLoadState();
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('confirmed at zero everywhere');
    await expect(page.getByRole('heading', { name: 'Who decided' })).toBeVisible();
    await expect(page.locator('h1')).toHaveCSS('font-size', '28px');
    expect(refused).toEqual([]);
    const picture = process.env['CWTS_REPORT_PICTURE'];
    if (picture !== undefined) {
      await page.screenshot({ path: `${picture}-screen.png`, fullPage: true });
      await page.emulateMedia({ media: 'print' });
      await page.setViewportSize({ width: 794, height: 1123 });
      await page.screenshot({ path: `${picture}-print.png`, fullPage: true });
    }
    await page.close();
  });

  await test.step('its JSON proves; one changed letter does not', async () => {
    const [file] = await Promise.all([
      view.page.waitForEvent('download'),
      report.getByRole('link', { name: /as JSON$/ }).click(),
    ]);
    const text = await readFile(await file.path(), 'utf8');
    const verifier = readFileSync(join(desk.dataDir, 'audit/verifier'), 'utf8');
    expect(provenRecords(text, verifier)).toBeGreaterThan(3);
    expect(provenRecords(text.replace('Trading of the firm', 'Trading of a desk'), verifier)).toBeNull();
  });

  await test.step('who is no chief executive is not asked to certify anything', async () => {
    await expect(reports.panel.getByRole('button', { name: /^Certify/ })).toHaveCount(0);
  });
});
