import { expect, test } from '../fixtures.ts';
import { DEMO_INSTRUMENTS } from '../harness/desk.ts';
import { mainThreadTasks } from '../harness/main-thread.ts';
import { ConsolePage } from '../pages/console.ts';

test.use({ deskOptions: { instruments: DEMO_INSTRUMENTS } });

const WATCHED_MS = 10_000;
const LONG_TASK_MS = 50;

test('64 instruments live: no task of the main thread over 50 ms, no socket and no heatmap on it', async ({
  desk,
  operator,
  openWindow,
}, info) => {
  const window = await openWindow();
  // Runs in pages, not in their workers.
  await window.addInitScript(() => {
    const opened: string[] = [];
    const Own = globalThis.WebSocket;
    globalThis.WebSocket = class extends Own {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        opened.push(String(url));
      }
    };
    Object.assign(globalThis, { openedSockets: opened });
  });
  const view = await ConsolePage.open(window, operator, desk);
  const heatmap = await view.show('correlation');
  await view.settle();

  const clock = await view.clock.innerText();
  const tasks = await mainThreadTasks(view.page, () => view.page.waitForTimeout(WATCHED_MS));
  await expect(view.clock, 'it drew what came').not.toHaveText(clock);

  await test.step('its tasks, by the processor time that they took', () => {
    const byCpu = tasks.toSorted((a, b) => b.cpuMs - a.cpuMs).slice(0, 5);
    const byWall = tasks.toSorted((a, b) => b.wallMs - a.wallMs).slice(0, 5);
    const said = [
      `${tasks.length} tasks; the longest by processor time, with their time on the wall:`,
      ...byCpu.map(({ cpuMs, wallMs }) => `  ${cpuMs.toFixed(1)} ms, wall ${wallMs.toFixed(1)} ms`),
      'and the longest on the wall, with their processor time:',
      ...byWall.map(({ cpuMs, wallMs }) => `  wall ${wallMs.toFixed(1)} ms, ${cpuMs.toFixed(1)} ms`),
    ].join('\n');
    console.log(said);
    info.annotations.push({ type: 'main thread', description: said });
    expect(tasks.length, 'tasks that were traced').toBeGreaterThan(100);
    expect(tasks.filter(({ cpuMs }) => cpuMs > LONG_TASK_MS)).toEqual([]);
  });

  await test.step('sockets and pictures are of the workers', async () => {
    const opened = await view.page.evaluate(
      () => (globalThis as unknown as { openedSockets: string[] }).openedSockets,
    );
    expect(opened).toEqual([]);
    // A canvas whose control was given away refuses to be drawn on here.
    const refusal = await heatmap
      .locator('canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => {
        try {
          canvas.getContext('2d');
          return null;
        } catch (error) {
          return error instanceof DOMException ? error.name : String(error);
        }
      });
    expect(refusal).toBe('InvalidStateError');
  });
});
