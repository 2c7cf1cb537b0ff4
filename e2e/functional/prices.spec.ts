import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from '../a11y/axe.ts';
import { expect, test } from '../fixtures.ts';
import { Program } from '../harness/program.ts';

const DAYS = 200;

/** Daily prices of five instruments that move with one wave and with waves of their own; one bad print in ACME. */
function prices(): string {
  const names = ['ACME', 'BOLT', 'CORP', 'DUKE', 'EAST'];
  const rows = Array.from({ length: DAYS }, (_, day) => {
    const date = new Date(Date.UTC(2019, 0, 1 + day)).toISOString().slice(0, 10);
    const cells = names.map((_name, i) =>
      (100 * Math.exp(0.02 * Math.sin(0.9 * day) + 0.01 * Math.sin((0.31 + 0.17 * i) * day))).toFixed(4),
    );
    if (day === 100) cells[0] = '10';
    return [date, ...cells].join(',');
  });
  return [['date', ...names].join(','), ...rows, ''].join('\n');
}

test('prices are imported by the program and by a drop, seen as imported, and refused in a sentence', async ({
  desk,
  operator,
  openConsole,
}) => {
  const file = join(desk.folder, 'shares.csv');
  writeFileSync(file, prices());
  const program = new Program('import/main', [file, '--name', 'Five shares', '--data', desk.dataDir]);
  expect((await program.exited).code).toBe(0);
  expect(program.lines.join('\n')).toContain('ACME 2019-04-11: 10');

  const view = await openConsole(operator);
  const panel = await view.show('correlation');
  const source = panel.getByRole('combobox', { name: 'Returns of' });

  await test.step('from the server: it says what it is, and is no live market', async () => {
    await expect(source.getByRole('option', { name: 'Five shares (5)' })).toBeAttached();
    await expect(panel.locator('.origin')).toHaveText('SIM');
    await source.selectOption({ label: 'Five shares (5)' });
    await expect(panel).toHaveAccessibleName('Correlation · imported Five shares · 5 × 199 × 1 day');
    await expect(panel.locator('.panel-provenance')).toContainText('2019-01-02 to 2019-07-19');
    await expect(panel.locator('.origin')).toHaveCount(0);
    await panel.getByRole('button', { name: '128' }).click();
    await expect(panel).toHaveAccessibleName(/5 × 128 × 1 day$/);
  });

  await test.step('what was dirty is told', async () => {
    await panel.getByRole('button', { name: 'Report' }).click();
    const report = view.page.getByRole('dialog', { name: 'Imported: Five shares' });
    await expect(report).toContainText('ACME 2019-04-11: 10');
    await expectAccessible(view.page, 'the report of an import');
    await view.page.keyboard.press('Escape');
    await expect(report).toBeHidden();
  });

  /** As a person drops it: the browser makes the file. */
  const drop = async (name: string, text: string): Promise<void> => {
    const files = await view.page.evaluateHandle(
      ([fileName, content]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([content], fileName));
        return transfer;
      },
      [name, text] as const,
    );
    await panel.locator('.correlation').dispatchEvent('drop', { dataTransfer: files });
  };

  await test.step('a file that is no price panel is refused with its place', async () => {
    await drop('wrong.csv', 'date,A\n2020-01-01,x\n');
    await expect(panel.getByRole('alert')).toContainText(
      'wrong was not imported. Line 2, column 2: A: “x” is no number.',
    );
    await expectAccessible(view.page, 'a refused import');
    await panel.getByRole('button', { name: 'Dismiss' }).click();
  });

  await test.step('a drop is read here, and shown', async () => {
    await drop('dropped.csv', prices().replaceAll(',', ';').replaceAll('EAST', 'WEST'));
    await expect(view.page.getByRole('dialog', { name: 'Imported: dropped' })).toBeVisible();
    await view.page.keyboard.press('Escape');
    await expect(panel).toHaveAccessibleName(/^Correlation · imported dropped · 5 × 128 × 1 day$/);
  });

  await test.step('and back to the live market: its minutes as the server has them, then its seconds', async () => {
    await source.selectOption('1m');
    // What is filled from the exchange's own candles may come with the second asking, a minute later.
    await expect(panel).toHaveAccessibleName(/ × [3-9]\d × 1 min$/, { timeout: 150_000 });
    await expect(panel.locator('.origin')).toHaveText('SIM');
    await source.selectOption('1s');
    await expect(panel).toHaveAccessibleName(/× 1 s$/);
    await expect(panel.locator('.origin')).toHaveText('SIM');
  });
});
