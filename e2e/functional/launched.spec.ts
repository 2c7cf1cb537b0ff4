import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base } from 'playwright/test';
import { launch } from '../harness/launcher.ts';
import { LaunchedSite } from '../harness/launched-site.ts';
import { Person } from '../harness/person.ts';
import { Program, readyPort } from '../harness/program.ts';
import { ROOT } from '../harness/root.ts';
import { StrategyClient } from '../harness/strategy.ts';
import { ConsolePage } from '../pages/console.ts';
import { SignInPage } from '../pages/sign-in.ts';
import { SEED, steadyContext } from '../steady.ts';

const CAPTURE = join(ROOT, 'config/captures/sim-60s.jsonl.gz');
const PAPER_SYMBOLS = ['BTCUSDT', 'ETHUSDT'];

interface Given {
  /** For the data and configuration of this test; removed after it. */
  folder: string;
  /** `npm run up` with these options; stopped by Ctrl-C after the test, which must be clean. */
  up: (args?: readonly string[]) => Promise<LaunchedSite>;
}

/** What a person starts by name, with the browser that they then open. */
const test = base.extend<Given>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads a fixture's needs from this pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'cwts-launched-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  up: async ({ folder }, use) => {
    let site: LaunchedSite | null = null;
    await use(async (args) => (site = await LaunchedSite.start(folder, args)));
    const end = await (site as LaunchedSite | null)?.stop();
    expect(end?.code ?? 0, end?.err).toBe(0);
  },
});

test('npm run link: a link of somebody who is enrolled already signs in with a code, and works once', async ({
  up,
  browser,
}) => {
  const site = await up();
  const operator = new Person('operator', site);
  const window = await browser.newContext(steadyContext());
  const first = new SignInPage(await window.newPage());
  await first.enrol(site.link('operator'), operator);
  await new ConsolePage(first.page).waitUntilLive();

  const said = await launch('link.mjs', ['--data', site.dataDir, '--user', 'operator']).end();
  expect(said.code, said.err).toBe(0);
  const [link = ''] = /^http:\/\/localhost:\d+\/enrol#token=\S+/.exec(said.out) ?? [];

  const other = await browser.newContext(steadyContext());
  const again = new SignInPage(await other.newPage());
  await again.page.goto(link);
  await expect(again.page.getByRole('heading', { level: 1 })).toHaveText('Welcome, Operator');
  await expect(again.page.getByText('You are enrolled already')).toBeVisible();
  await expect(again.page.getByTestId('totp-secret'), 'the secret is shown once, ever').toHaveCount(0);
  await again.enterCode('000000');
  await expect(again.refusal).toContainText('not right');
  await again.enterCode(operator.code('login'));
  const view = new ConsolePage(again.page);
  await view.waitUntilLive();
  await expect(view.topBar).toContainText('Operator');

  await again.page.goto('about:blank');
  await again.page.goto(link);
  await expect(again.page.getByRole('heading', { level: 1 })).toHaveText('This link cannot be used');
  await window.close();
  await other.close();
});

test('npm run up -- --replay: live, marked REPLAY, then ended', async ({ up, browser }) => {
  const site = await up(['--replay', CAPTURE, '--speed', '5']);
  expect(site.up.out).toContain('replay profile');
  expect(site.up.out, 'no exchange is started').not.toMatch(/^ +exchange /m);
  const window = await browser.newContext(steadyContext());
  const view = await ConsolePage.open(window, new Person('operator', site), site);
  await expect(view.topBar).toContainText('REPLAY');
  const row = view.row('watch', 'BTC-USDT');
  const before = await row.innerText();
  await expect.poll(() => row.innerText(), { message: 'it moves' }).not.toBe(before);
  await expect(view.page.getByText('The replay ended')).toHaveCount(0);

  await expect(view.banners).toContainText('The replay ended', { timeout: 60_000 });
  await expect(view.topBar, 'it still answers').toContainText('connected');
  await expect(row.getByRole('gridcell').nth(1)).toHaveText(/\d/);
  await window.close();
});

test('npm run up -- --profile paper: live feeds by the configuration, orders filled against them', async ({
  up,
  folder,
  browser,
}) => {
  // An exchange of its own plays the live market, which a test may not depend on.
  const market = new Program('sim/main', ['--port', '0', '--seed', String(SEED), '--instruments', '8']);
  const port = await market.says(readyPort);
  const config = join(folder, 'paper.toml');
  const paper = readFileSync(join(ROOT, 'config/paper.toml'), 'utf8')
    .replace(/rest = "https:[^"]*"/, `rest = "http://127.0.0.1:${port}"`)
    .replace(/ws = "wss:[^"]*"/, `ws = "ws://127.0.0.1:${port}"`)
    .replace(/symbols = \[[^\]]*\]/, `symbols = ${JSON.stringify(PAPER_SYMBOLS)}`);
  writeFileSync(config, paper);

  const site = await up(['--profile', 'paper', '--config', config]);
  expect(site.up.out).toContain('paper account, fills against the live market');
  const window = await browser.newContext(steadyContext());
  const view = await ConsolePage.open(window, new Person('operator', site), site);
  await expect(view.topBar).toContainText('LIVE data');
  await expect(view.topBar).toContainText('PAPER orders');
  const row = view.row('watch', 'BTC-USDT');
  const before = await row.innerText();
  await expect.poll(() => row.innerText(), { message: 'the live market moves' }).not.toBe(before);

  const strategy = new StrategyClient(site);
  const reply = await strategy.place({ symbol: 'BTCUSDT', size: '0.01', timeInForce: 'IOC' });
  expect(reply, JSON.stringify(reply)).toMatchObject({ ok: true });
  const orders = await view.show('orders');
  await orders.getByRole('button', { name: /Positions/ }).click();
  await expect(orders.getByRole('row').filter({ hasText: 'BTC-USDT' })).toContainText('0.01');
  await window.close();
  await market.stop();
});
