import type { Page } from 'playwright/test';

/** One task of a page's main thread. */
export interface Task {
  /** ms on the clock on the wall: includes what other programs took of the processor. */
  readonly wallMs: number;
  /** ms of processor time that the thread itself used. */
  readonly cpuMs: number;
  /** s since the watch began. */
  readonly atS: number;
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * Every task of the page's main thread while `during` runs, as Chromium's own tracing has it. A
 * machine that is busy with something else makes tasks long on the wall, not on the processor.
 */
export async function mainThreadTasks(page: Page, during: () => Promise<unknown>): Promise<Task[]> {
  const devtools = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  devtools.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  const complete = new Promise<void>((resolve) => devtools.once('Tracing.tracingComplete', () => resolve()));
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      recordMode: 'recordAsMuchAsPossible',
      includedCategories: ['disabled-by-default-devtools.timeline'],
      excludedCategories: ['*'],
    },
  });
  await during();
  await devtools.send('Tracing.end');
  await complete;
  await devtools.detach();

  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const tasks = events.filter(
    ({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && mains.has(`${pid}/${tid}`),
  );
  const begin = Math.min(...tasks.map(({ ts }) => ts));
  return tasks.map(({ ts, dur = 0, tdur = 0 }) => ({
    wallMs: dur / 1000,
    cpuMs: tdur / 1000,
    atS: (ts - begin) / 1_000_000,
  }));
}
