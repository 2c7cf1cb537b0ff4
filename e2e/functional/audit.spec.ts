import { readFile } from 'node:fs/promises';
import type { Route } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { AuditPage } from '../pages/audit.ts';

const AUDIT = /\/api\/audit\//;

test.use({ deskOptions: { store: 'embedded' } });

test('R-46: a halt is found by search, proven in the page, and read in order', async ({
  operator,
  second,
  openConsole,
}) => {
  const trader = await openConsole(operator);
  await trader.halt.press();
  await trader.halt.cancelAll(operator.code('halt'));
  await trader.halt.expectState('zero confirmed');

  const audit = await AuditPage.open(await openConsole(second));
  await test.step('by the keyboard: /, the words, Enter, arrows', async () => {
    await audit.search('action:halt. actor:operator');
    await expect(audit.row('halt.press')).toBeVisible();
    await expect(audit.row('auth.'), 'the answer, not the list before it').toHaveCount(0);
    await audit.records.focus();
    await audit.view.page.keyboard.press('End');
    await expect(audit.record).toContainText('halt.press');
    await audit.expectProven();
    await expect(audit.row('halt.press')).toContainText(/proven at head \d+/);
  });

  await test.step('only this halt: what the server did for it too', async () => {
    await audit.record.getByRole('button', { name: 'halt', exact: true }).click();
    await expect(audit.row('halt.progress').first()).toBeVisible();
    await expect(audit.query).toHaveValue(/^halt:/);
  });

  await test.step('in order, from the press', async () => {
    await audit.record.getByRole('button', { name: 'Timeline' }).click();
    await expect(audit.timeline).toContainText('operator · halt.press');
    await expect(audit.timeline).toContainText('re-read: zero open orders');
    await expect(audit.timeline.getByRole('row').filter({ hasText: '+0.000 s' }).first()).toBeVisible();
  });

  await test.step('saved as it is shown', async () => {
    await audit.show('Records');
    const [file] = await Promise.all([
      audit.view.page.waitForEvent('download'),
      audit.panel.getByRole('button', { name: 'Save these records as CSV' }).click(),
    ]);
    const csv = await readFile(await file.path(), 'utf8');
    expect(csv).toContain('halt.press');
    expect(csv).toMatch(/proven at head \d+/);
  });

  await test.step('the last 1,000 are proven, each in less than 5 ms', async () => {
    await audit.show('Proofs');
    await expect(audit.proofs).toContainText('Its signature holds');
    await audit.proofs.getByRole('button', { name: /^Verify the last/ }).click();
    const said = audit.proofs.getByRole('status').filter({ hasText: 'Done.' });
    await expect(said).toContainText(/\d+ records proven/);
    await expect(said).not.toContainText(/FAILED|not in the search|not checked/);
    const [, median = ''] = /Median ([\d.]+) ms/.exec(await said.innerText()) ?? [];
    test.info().annotations.push({ type: 'median ms a proof', description: median });
    expect(Number(median)).toBeLessThanOrEqual(5);
  });
});

test('R-45: a record that was changed on its way is shown as failed, with the step', async ({
  second,
  openConsole,
}) => {
  const view = await openConsole(second);
  const audit = await AuditPage.open(view);
  await audit.search('action:server.start');
  await audit.open('server.start');
  await audit.expectProven();

  await test.step('its bytes', async () => {
    await view.page
      .context()
      .route(/\/api\/audit\/records\/\d+$/, (route) =>
        changed(route, (answer) => ({ ...answer, payload: edited(String(answer['payload'])) })),
      );
    await audit.record.getByRole('button', { name: 'Prove again' }).click();
    await expect(audit.proof).toContainText('Proof failed: leaf.');
  });

  await test.step('what the search shows of it', async () => {
    await view.page.context().unroute(/\/api\/audit\/records\/\d+$/);
    await view.page.context().route(/\/api\/audit\/records\?/, (route) =>
      changed(route, (answer) => ({
        ...answer,
        records: (answer['records'] as Record<string, unknown>[]).map((record) => ({
          ...record,
          actor: 'nobody',
        })),
      })),
    );
    await audit.search('action:server.start');
    await expect(audit.row('server.start')).toContainText('FAILED: inclusion');
    await audit.open('server.start');
    await expect(audit.proof).toContainText('Proof failed: shown.');
  });

  // The list is asked for again now and then: an answer that is under way when this ends is nobody's fault.
  await view.page.context().unrouteAll({ behavior: 'ignoreErrors' });
});

test('R-45: a head that goes back is an alarm on every screen, until a person trusts the log anew', async ({
  desk,
  operator,
  second,
  openConsole,
}) => {
  const view = await openConsole(second);
  const { page } = view;
  const early = await page.request.get(`${desk.console}/api/audit/head`, { headers: { 'x-cwts': '1' } });
  const head = await early.text();
  await (await openConsole(operator)).halt.press();
  const audit = await AuditPage.open(view);
  await audit.search('action:halt.press');
  await audit.open('halt.press');
  await audit.expectProven();

  await page
    .context()
    .route(/\/api\/audit\/head$/, (route) => route.fulfill({ contentType: 'application/json', body: head }));
  await expect(audit.alarm).toContainText('Records were cut off');
  await audit.record.getByRole('button', { name: 'Prove again' }).click();
  await expect(audit.proof).toContainText('Proof failed: head.');

  await test.step('it does not go away: not with a sound head, not with another screen, not by a reload', async () => {
    await page.context().unroute(/\/api\/audit\/head$/);
    await audit.record.getByRole('button', { name: 'Prove again' }).click();
    await audit.expectProven();
    await view.run('Layout preset: Trader');
    await expect(audit.alarm).toBeVisible();
    await page.reload();
    await view.waitUntilLive();
    await expect(audit.alarm).toBeVisible();
  });

  await test.step('both heads can be kept, then a named person trusts the log', async () => {
    await audit.alarm.getByRole('button', { name: 'Show both heads…' }).click();
    const dialog = page.getByRole('dialog', { name: 'The audit log does not follow' });
    const size = String((JSON.parse(head) as { size: number }).size);
    await expect(dialog.getByLabel('The head that the server gave').last()).toContainText(size);
    const trust = dialog.getByRole('button', { name: 'Trust the log as it is now, as second' });
    await expect(trust).toBeDisabled();
    await dialog.getByRole('checkbox').check();
    await trust.click();
    await expect(audit.alarm).toHaveCount(0);
  });
});

test('a trader may not read the log: the panel says so, and so does the server', async ({
  desk,
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  let asked = 0;
  await view.page.context().route(AUDIT, (route) => {
    asked += 1;
    return route.continue();
  });
  const audit = await AuditPage.open(view);
  await expect(audit.panel).toContainText('A trader may not read the audit log.');
  expect(asked, 'the page asks for nothing that it may not have').toBe(0);
  const answer = await view.page.request.get(`${desk.console}/api/audit/head`, {
    headers: { 'x-cwts': '1' },
  });
  expect(answer.status()).toBe(403);
});

/** The server's own answer, changed on its way to the page. */
async function changed(
  route: Route,
  change: (answer: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const response = await route.fetch();
  await route.fulfill({ response, json: change((await response.json()) as Record<string, unknown>) });
}

/** Another actor, of the same length, so that nothing but the bytes can tell. */
const edited = (payload: string): string => payload.replace('"actor":"server"', '"actor":"sErver"');
