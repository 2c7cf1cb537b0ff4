import type { Locator } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { mainThreadTasks, type Task } from '../harness/main-thread.ts';
import { importPrices, plantedPrices } from '../harness/prices.ts';
import type { ConsolePage, PanelName } from '../pages/console.ts';

const LONG_TASK_MS = 50;
const NAME = 'Wide';
/** A software renderer and two cores: the sampler of a cascade takes its time. */
const ANSWERED = { timeout: 180_000 };

interface Asked {
  readonly panel: PanelName;
  /** By which it is come to; the palette, which lists every command, is not what is measured. */
  readonly tab: string;
  /** Another question than the one it opens with; its answer is drawn within the trace. */
  readonly ask: (panel: Locator) => Promise<unknown>;
}

/** Lead-lag draws sixteen rows of however many instruments, and computes a minute for these. */
const PANELS: readonly Asked[] = [
  {
    panel: 'structure',
    tab: 'Structure',
    ask: (panel) => panel.getByRole('button', { name: 'ρ ≥ 0.3' }).click(),
  },
  {
    panel: 'contagion',
    tab: 'Contagion',
    ask: (panel) => panel.getByLabel('Begins in').selectOption('SECTOR7-3'),
  },
  {
    panel: 'cascade',
    tab: 'Cascade',
    ask: (panel) => panel.getByLabel('Given down').selectOption('SECTOR7-3'),
  },
];

async function answered(panel: Locator): Promise<void> {
  await expect(panel.locator('.analysis-body')).toBeVisible(ANSWERED);
  await expect(panel.getByText(/^(Computing|Waiting for its turn)/)).toHaveCount(0, ANSWERED);
}

const longest = (tasks: readonly Task[]): string =>
  tasks
    .toSorted((a, b) => b.cpuMs - a.cpuMs)
    .slice(0, 3)
    .map(({ cpuMs, wallMs }) => `${cpuMs.toFixed(1)} ms (wall ${wallMs.toFixed(1)})`)
    .join(', ');

/** By processor time: what another program took of the machine is not the page's. */
function expectNoneLong(what: string, tasks: readonly Task[]): void {
  const said = `${what}: ${tasks.length} tasks, the longest ${longest(tasks)}`;
  console.log(said);
  test.info().annotations.push({ type: 'main thread', description: said });
  expect(tasks.length, `tasks that were traced, ${what}`).toBeGreaterThan(10);
  expect
    .soft(
      tasks.filter(({ cpuMs }) => cpuMs > LONG_TASK_MS),
      what,
    )
    .toEqual([]);
}

test('528 imported instruments: no panel of an analysis holds the main thread over 50 ms', async ({
  desk,
  operator,
  openConsole,
}) => {
  await importPrices(desk, NAME, plantedPrices(320, { sectors: 33, each: 16 }).csv);
  const view: ConsolePage = await openConsole(operator);
  await view.run('Layout preset: Analysis');
  const correlation = await view.show('correlation');
  const source = correlation.getByRole('combobox', { name: 'Returns of' });
  await expect(source.getByRole('option', { name: `${NAME} (528)` })).toBeAttached();
  await answered(view.panel('structure'));
  await answered(view.panel('cascade'));

  const importing = await mainThreadTasks(view.page, async () => {
    await source.selectOption({ label: `${NAME} (528)` });
    await expect(correlation).toHaveAccessibleName(/imported Wide · 528 × 319/, ANSWERED);
    await expect(view.panel('structure')).toHaveAccessibleName(/528 × 256 × 1 day$/, ANSWERED);
    await answered(view.panel('cascade'));
  });
  expectNoneLong('the import, with structure and cascade open', importing);

  for (const { panel: name, tab, ask } of PANELS) {
    const tasks = await mainThreadTasks(view.page, async () => {
      await view.page.getByRole('button', { name: tab, exact: true }).click();
      const panel = view.panel(name);
      await ask(panel);
      await answered(panel);
    });
    expectNoneLong(name, tasks);
  }
});
