import { expect, test } from '../fixtures.ts';

const WATCHED_MS = 15_000;
const LONG_TASK_MS = 50;

test('64 instruments live: the main thread has no task over 50 ms, and draws what comes', async ({
  operator,
  openConsole,
}) => {
  const view = await openConsole(operator);
  await view.show('correlation');
  await view.settle();
  const { longTasks, frames } = await view.page.evaluate(
    (ms) =>
      new Promise<{ longTasks: number[]; frames: number }>((resolve) => {
        const tasks: number[] = [];
        let drawn = 0;
        const watcher = new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) tasks.push(duration);
        });
        watcher.observe({ type: 'longtask' });
        const clock = document.querySelector('[data-testid="path-clock"]');
        const changes = new MutationObserver(() => (drawn += 1));
        if (clock) changes.observe(clock, { childList: true, characterData: true, subtree: true });
        setTimeout(() => resolve({ longTasks: tasks, frames: drawn }), ms);
      }),
    WATCHED_MS,
  );
  expect(longTasks.filter((ms) => ms > LONG_TASK_MS)).toEqual([]);
  expect(frames, 'seconds that the running clock showed').toBeGreaterThanOrEqual(13);
});
