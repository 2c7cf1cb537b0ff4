/** Reports of a built server: a halt makes its own, signed and kept, and it gets to a folder. */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportsReplySchema, type ReportView } from '../../protocol/reports.ts';
import { ask, Person } from '../testing/desk-client.ts';
import { placeOrder, ServerRig, strategyKey, type Started } from '../testing/server-rig.ts';
import { checkReport } from './signed.ts';

const rig = new ServerRig();
beforeAll(() => rig.build());
afterAll(() => rig.close());

async function reports(
  server: Started,
  person: Person,
  enough: (of: ReportView[]) => boolean,
): Promise<ReportView[]> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { body } = await ask(server.console, 'GET', '/api/reports', { cookie: person.cookie });
    const listed = reportsReplySchema.parse(body).reports;
    if (enough(listed) || Date.now() > deadline) return listed;
    await new Promise((next) => setTimeout(next, 50));
  }
}

it('a halt makes its incident report: signed, every record proved, delivered once, made again when lost', async () => {
  const data = rig.data('reports');
  const folder = rig.data('recipient');
  mkdirSync(folder);
  const config = rig.data('reports.toml');
  const recipient = `[[reports.recipients]]\nname = "compliance"\nkind = "folder"\nfolder = "${folder}"\n`;
  writeFileSync(config, `${readFileSync('config/demo.toml', 'utf8')}\n${recipient}`);
  const exchange = await rig.startExchange();
  const server = await rig.startServer(data, exchange, ['--config', config]);
  const person = new Person();
  await person.enrol(server.console, server.links.find(({ user }) => user === 'operator')?.url ?? '');
  const { orderId } = await placeOrder(server, strategyKey(data));
  const haltId = '6b0f2f6e-6a2c-4c1e-9d55-0d6f3a3b7c11';
  const hostile = '</td><script>alert(1)</script>';
  await person.command(server.console, { type: 'halt.press', haltId, reason: hostile });
  await person.command(server.console, { type: 'halt.cancel-all', haltId }, 'halt');

  const [report] = await reports(server, person, ([one]) => one?.deliveries[0]?.state === 'delivered');
  expect(report).toMatchObject({ kind: 'incident', by: 'server', deliveries: [{ recipient: 'compliance' }] });
  const id = report?.reportId ?? '';
  const read = async (form: string): Promise<Response> =>
    fetch(`${server.console}/api/reports/${id}.${form}`, { headers: { cookie: person.cookie ?? '' } });
  const text = await (await read('json')).text();
  const verifier = readFileSync(join(data, 'audit/verifier'), 'utf8');
  const checked = checkReport(text, verifier);
  expect(checked).toMatchObject({ ok: true, value: { about: haltId } });
  if (!checked.ok) return;
  expect(checked.value.cited.length).toBeGreaterThan(3);
  const orders = checked.value.sections.find(({ title }) => title === 'Orders');
  expect(orders?.rows.map(({ cells }) => [cells[0], cells.at(-2), cells.at(-1)])).toEqual([
    [orderId, 'working', 'cancelled'],
  ]);
  // In the instrument's own units, which the log itself says.
  expect(orders?.rows.map(({ cells }) => cells.slice(5, 8))).toEqual([
    [
      expect.stringMatching(/^[\d.]+ USDT$/) as string,
      expect.stringMatching(/^[\d.]+ ETH$/) as string,
      expect.stringMatching(/^0(\.0+)? ETH$/) as string,
    ],
  ]);
  // What was changed after the signature is found: the words, and a cited record.
  expect(checkReport(text.replace('Trading of the firm', 'Trading of a desk'), verifier).ok).toBe(false);
  const page = await read('html');
  const html = await page.text();
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  expect(html).not.toContain('<script');
  expect(html).toContain('&lt;script&gt;');
  expect(readFileSync(join(folder, `${id}.json`), 'utf8')).toBe(text);
  expect(statSync(join(data, 'reports', `${id}.json`)).mode & 0o777).toBe(0o600);
  if (process.env['CWTS_KEEP_REPORT'] !== undefined) writeFileSync(process.env['CWTS_KEEP_REPORT'], html);

  rmSync(join(data, 'reports'), { recursive: true });
  expect(await (await read('json')).text()).toBe(text);

  const key = readFileSync(join(data, 'admin.key'), 'utf8').trim();
  const year = new Date().getUTCFullYear();
  const review = { report: 'review', about: String(year), reason: 'R-54' };
  expect(await ask(server.control, 'POST', '/admin/reports', { key, body: review })).toMatchObject({
    status: 200,
  });
  const isReview = ({ kind }: ReportView): boolean => kind === 'review';
  const pack = (await reports(server, person, (listed) => listed.some(isReview))).find(isReview);
  const verified = readFileSync(join(data, 'reports', `${pack?.reportId ?? 'none'}.json`), 'utf8');
  expect(checkReport(verified, verifier)).toMatchObject({ ok: true });
  expect(verified).toContain('Right: every record is the one that was signed.');

  await server.program.kill('SIGKILL');
  const again = await rig.startServer(data, exchange, ['--config', config]);
  await person.logIn(again.console, 'operator');
  const after = await reports(again, person, (listed) => listed.some(({ reportId }) => reportId === id));
  expect(after.find(({ reportId }) => reportId === id)).toEqual(report);
  expect(readdirSync(folder).filter((name) => name.startsWith(id))).toHaveLength(2);
  expect((await ask(again.console, 'GET', '/api/reports')).status).toBe(401);
});
