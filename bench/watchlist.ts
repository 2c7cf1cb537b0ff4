/**
 * `npm run bench -- watchlist [--seconds S]`: the watch list of 2,000 instruments in a real Chromium,
 * from a real server that a local venue sends 10,000 quotes a second. Pictures a second and main-thread
 * tasks over 50 ms, first while one looks, then while one runs through the list by keyboard.
 */
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright';
import { Desk } from '../e2e/harness/desk.ts';
import { mainThreadTasks } from '../e2e/harness/main-thread.ts';
import { Person } from '../e2e/harness/person.ts';
import { QuoteVenue, withQuoteVenue } from '../e2e/harness/quote-venue.ts';
import { CHROMIUM_ARGUMENTS, steadyContext } from '../e2e/steady.ts';
import { finish, printTable } from './lib/report.ts';
import { installPaintProbe, type PaintsSeen } from './watchlist/paint-probe.ts';

const ROWS = 2000;
const QUOTES_A_SECOND = 10_000;
const FRAMES_A_SECOND = 20;
/** The server's own timer is whole milliseconds: a frame in fifty may fall into the next second. */
const FRAMES_LEAST = FRAMES_A_SECOND * 0.98;
const LONG_TASK_MS = 50;
const SETTLE_S = 20;

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '30' } } });
const seconds = Number(values.seconds);

const venue = await new QuoteVenue(ROWS, QUOTES_A_SECOND).start();
const desk = await Desk.start({ instruments: 8, config: withQuoteVenue(venue) });
const executablePath = process.env['CWTS_CHROMIUM'] ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGUMENTS });
try {
  const context = await browser.newContext(steadyContext());
  await new Person('operator', desk).signIn(context);
  const page = await context.newPage();
  await page.addInitScript(installPaintProbe);
  await page.goto(desk.console);
  const list = page.getByRole('grid', { name: 'Instruments' });
  await list.waitFor();
  await page.waitForTimeout(SETTLE_S * 1000);
  await take(page);
  await page.waitForTimeout(seconds * 1000);
  const looking = await take(page);
  await list.focus();
  await list.press('Home');
  await take(page);
  const begun = performance.now();
  while (performance.now() - begun < seconds * 1000) {
    await list.press('PageDown');
    await page.waitForTimeout(100);
  }
  const running = await take(page);
  const rows = Number(await list.getAttribute('aria-rowcount')) - 1;
  const drawn = await list.getByRole('row').count();
  const tasks = await mainThreadTasks(page, () => page.waitForTimeout(10_000));
  const worstCpu = Math.max(0, ...tasks.map(({ cpuMs }) => cpuMs));
  const busy = tasks.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / 10_000;

  const perSecond = (count: number, { ms }: PaintsSeen): number => (count / ms) * 1000;
  const long = (seen: PaintsSeen): number => seen.longTasks.filter((ms) => ms > LONG_TASK_MS).length;
  printTable(
    ['watch list', 'looking', 'running through', 'bar'],
    [
      ['rows', rows, rows, ROWS],
      ['rows in the document', drawn, drawn, '–'],
      [
        'frames a second',
        perSecond(looking.paints, looking),
        perSecond(running.paints, running),
        FRAMES_LEAST,
      ],
      [
        'pictures of the list a second',
        perSecond(looking.pictures, looking),
        perSecond(running.pictures, running),
        '–',
      ],
      ['quotes a second', perSecond(looking.quotes, looking), perSecond(running.quotes, running), '–'],
      [`tasks over ${LONG_TASK_MS} ms`, long(looking), long(running), 0],
      [
        'the longest of them, ms',
        Math.max(0, ...looking.longTasks),
        Math.max(0, ...running.longTasks),
        LONG_TASK_MS,
      ],
    ],
  );
  printTable(
    ['main thread in a trace of 10 s', 'measured'],
    [
      ['the most processor time of one task, ms', worstCpu],
      ['of one processor', busy],
    ],
  );
  const frames = [perSecond(looking.paints, looking), perSecond(running.paints, running)];
  const isSmooth = frames.every((each) => each >= FRAMES_LEAST);
  finish('watchlist', rows >= ROWS && isSmooth && long(looking) + long(running) === 0, {
    rows,
    framesPerSecond: frames,
    quotesPerSecond: perSecond(looking.quotes, looking),
    longTasks: [long(looking), long(running)],
    longestTaskMs: Math.max(0, ...looking.longTasks, ...running.longTasks),
    longestTaskCpuMs: worstCpu,
    mainThreadBusy: busy,
  });
} finally {
  await browser.close();
  await desk.stop();
  await venue.stop();
}

function take(page: Page): Promise<PaintsSeen> {
  return page.evaluate(() => (globalThis as unknown as { takePaints: () => PaintsSeen }).takePaints());
}
