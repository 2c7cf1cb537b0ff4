/**
 * `npm run bench -- console [--minutes M]`: the console in a real Chromium with 64 instruments
 * live. No main-thread task over 50 ms in the 60 s after load, heap growth under 5 MB in 5 min
 * (after a collection at both ends), and tick to pixel. Beside the bar, which is time on the wall,
 * stands what of it the thread used of the processor: on a busy machine the two differ.
 */
import { parseArgs } from 'node:util';
import { chromium, type CDPSession, type Page } from 'playwright';
import { Desk } from '../e2e/harness/desk.ts';
import { mainThreadTasks } from '../e2e/harness/main-thread.ts';
import { Person } from '../e2e/harness/person.ts';
import { CHROMIUM_ARGUMENTS, steadyContext } from '../e2e/steady.ts';
import { installProbe, type Probed } from './console/page-probe.ts';
import { finish, printTable, quantile } from './lib/report.ts';

const INSTRUMENTS = 64;
const WATCHED_S = 60;
const LONG_TASK_MS = 50;
const HEAP_GROWTH_MB = 5;
const MB = 1024 * 1024;

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' } } });
const minutes = Number(values.minutes);

const desk = await Desk.start({ instruments: INSTRUMENTS });
const executablePath = process.env['CWTS_CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
try {
  const context = await browser.newContext(steadyContext());
  await new Person('operator', desk).signIn(context);
  const page = await context.newPage();
  await page.addInitScript(installProbe);
  const devtools = await context.newCDPSession(page);
  await page.goto(desk.console);
  const loadedAt = await page.evaluate(() => performance.now());

  // Without a trace: starting and ending one holds the main thread up, and would be counted.
  await page.waitForTimeout(WATCHED_S * 1000);
  const early = await take(page);
  const before = await heap(devtools);
  const late: Probed[] = [];
  // What was measured leaves the page often, so that it is not counted as the page's own growth.
  for (let minute = 0; minute < minutes; minute++) {
    await page.waitForTimeout(60_000);
    late.push(await take(page));
  }
  const growth = (await heap(devtools)) - before;
  const tasks = await mainThreadTasks(page, () => page.waitForTimeout(WATCHED_S * 1000));

  const parts = [early, ...late];
  const windowEnd = loadedAt + WATCHED_S * 1000;
  const long = early.longTasks.filter(({ at, ms }) => ms > LONG_TASK_MS && at > loadedAt && at <= windowEnd);
  const longLater = late.flatMap(({ longTasks }) => longTasks).filter(({ ms }) => ms > LONG_TASK_MS);
  const trades = parts.flatMap((part) => part.trades);
  const quotes = parts.flatMap((part) => part.quotes);
  const growthMb = growth / MB;

  printTable(
    ['console', 'n', 'p50 ms', 'p99 ms'],
    [
      ['trade at the venue to pixel', trades.length, quantile(trades, 0.5), quantile(trades, 0.99)],
      ['quote at the server to pixel', quotes.length, quantile(quotes, 0.5), quantile(quotes, 0.99)],
    ],
  );
  printTable(
    ['longest tasks in a trace of 60 s, at the end', 'on the wall, ms', 'of the processor, ms', 'at, s'],
    tasks
      .toSorted((a, b) => b.wallMs - a.wallMs)
      .slice(0, 5)
      .map(({ wallMs, cpuMs, atS }, i) => [String(i + 1), wallMs, cpuMs, atS]),
  );
  const longByCpu = tasks.filter(({ cpuMs }) => cpuMs > LONG_TASK_MS).length;
  const worstCpu = Math.max(0, ...tasks.map(({ cpuMs }) => cpuMs));
  const worst = Math.max(0, ...long.map(({ ms }) => ms));
  printTable(
    ['main thread and memory', 'measured', 'bar'],
    [
      [`tasks over ${LONG_TASK_MS} ms in ${WATCHED_S} s after load`, long.length, 0],
      ['the longest of them, ms', worst, LONG_TASK_MS],
      [`tasks over ${LONG_TASK_MS} ms of processor time in the trace`, longByCpu, '–'],
      ['the most processor time of one, ms', worstCpu, '–'],
      [`tasks over ${LONG_TASK_MS} ms in the ${minutes} min after`, longLater.length, '–'],
      [`heap growth in ${minutes} min, MB`, growthMb, HEAP_GROWTH_MB],
      ['heap after a collection, MB', (before + growth) / MB, '–'],
    ],
  );
  const measured = trades.length > 0 && quotes.length > 0;
  finish('console', measured && long.length === 0 && growthMb < HEAP_GROWTH_MB, {
    instruments: INSTRUMENTS,
    longTasks: long.length,
    longestTaskMs: worst,
    /** From the trace at the end: what the main thread itself used, whatever else the machine did. */
    longTasksByCpu: longByCpu,
    longestTaskCpuMs: worstCpu,
    /** Seconds after the load event, and how long. */
    longTasksAt: long.map(({ at, ms }) => [Math.round(at - loadedAt) / 1000, ms]),
    longTasksLater: longLater.length,
    heapGrowthMb: growthMb,
    heapMb: (before + growth) / MB,
    minutes,
    tradeToPixelMs: { p50: quantile(trades, 0.5), p99: quantile(trades, 0.99), n: trades.length },
    quoteToPixelMs: { p50: quantile(quotes, 0.5), p99: quantile(quotes, 0.99), n: quotes.length },
  });
} finally {
  await browser.close();
  await desk.stop();
}

async function take(page: Page): Promise<Probed> {
  return page.evaluate(() => (globalThis as unknown as { takeProbed: () => Probed }).takeProbed());
}

/** Bytes in use after a full collection. */
async function heap(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  return usedSize;
}
