/** What the log calls for is made and sent, once each, whatever comes between. */
import { rmSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { ok, refuse } from '../../protocol/result.ts';
import { reportsPort } from '../main/reports.ts';
import { wallMicrosOf } from '../audit/record.ts';
import { need } from '../store/testing/need.ts';
import { personAs } from '../testing/who.ts';
import { HALT, haltEntry, release, ReportsRig, wholeHalt, type RigOptions } from '../testing/reports-rig.ts';

const rigs: ReportsRig[] = [];
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});
function open(options?: RigOptions): Promise<ReportsRig> {
  const rig = new ReportsRig();
  rigs.push(rig);
  return rig.start(options);
}
const begun = (rig: ReportsRig) =>
  rig.until(async () => expect(await rig.records('report.begun')).toHaveLength(1));

/** A log always has its start before anything else. */
const START = { actor: 'server', action: 'server.start', scope: 'server', details: {} };

async function following(options?: RigOptions): Promise<ReportsRig> {
  const rig = await open(options);
  await rig.append(START);
  await begun(rig);
  return rig;
}

it('a halt makes a report when it is confirmed and another on its release', async () => {
  const rig = await following();
  rig.answer = () => ok('200');
  await rig.append(...wholeHalt());
  await rig.until(async () => expect(await rig.reports()).toHaveLength(1));
  await rig.append(haltEntry('progress', 'confirmed'), release());
  await rig.until(async () => {
    const states = (await rig.reports()).flatMap(({ deliveries }) => deliveries.map(({ state }) => state));
    expect(states).toEqual(['delivered', 'delivered']);
  });
  const [second, first] = await rig.reports();
  expect((await rig.read(first?.reportId ?? '')).summary.join(' ')).toContain('confirmed at zero everywhere');
  const released = await rig.read(second?.reportId ?? '');
  expect(released.about).toBe(HALT);
  expect(released.title).toBe(`Halt ${HALT}: released`);
  expect(released.summary.join(' ')).toContain('Released at');
  expect(released.summary).toContain('Reason given: Runaway quotes.');
  const [of] = await rig.records('halt.release');
  expect(released.cited.map(({ seq }) => seq)).toContain(of?.seq);
});

it('halts of a log that is older than reports make none; the first halt behind it does', async () => {
  const rig = await following();
  rig.answer = () => ok('200');
  // As a server without reports leaves it: its records alone.
  await rig.crash();
  rmSync(rig.auditDir, { recursive: true });
  rig.reaches = () => false;
  await rig.start();
  await rig.append(START, ...wholeHalt());
  await rig.crash();

  await rig.start();
  await begun(rig);
  await rig.append(release());
  await rig.until(async () => expect(await rig.reports()).toHaveLength(1));
  expect((await rig.reports())[0]?.title).toContain('released');
  await rig.crash();
  await rig.start();
  await rig.append(
    ...wholeHalt().map((entry) => ({ ...entry, details: ofHalt(entry.details, 'another-halt') })),
  );
  await rig.until(async () => expect(await rig.reports()).toHaveLength(2));
  expect(await rig.records('report.begun')).toHaveLength(1);
  // At least once each: a crash may forget that one was sent.
  expect(new Set(rig.sent.map(({ key }) => key)).size).toBe(2);
});

function ofHalt(details: Readonly<Record<string, unknown>>, haltId: string): Record<string, unknown> {
  return { ...details, state: { ...(details['state'] as object), haltId } };
}

it('a person asks for one by hand; what the log has nothing of is refused and asked no more', async () => {
  const rig = await following({ recipients: [] });
  await rig.append(haltEntry('press', 'blocked'));
  const who = personAs('ann', 'compliance');
  const ask = (report: 'incident' | 'review', about: string) =>
    rig.port.make({ report, about, reason: 'For the board' }, who);
  expect(await ask('review', '26')).toMatchObject({ ok: false, error: { code: 'report-about' } });
  expect(await ask('incident', 'no-such-halt')).toEqual({
    ok: false,
    error: { code: 'report-empty', sentence: 'No report was made. The log has nothing about no-such-halt.' },
  });
  expect(await ask('incident', HALT)).toMatchObject({
    ok: true,
    value: expect.stringMatching(/^Halt .*: made as incident-\d+, under Reports\.$/) as string,
  });
  await rig.until(async () => expect(await rig.reports()).toHaveLength(1));
  expect((await rig.reports())[0]).toMatchObject({ by: 'ann', deliveries: [] });
  const [refused] = await rig.records('report.refused');
  expect(refused?.details).toMatchObject({ code: 'report-empty' });
});

it('who asks for a report that takes long hears that it is asked for, and it is made', async () => {
  const rig = await following({ recipients: [] });
  await rig.append(haltEntry('press', 'blocked'));
  const who = personAs('ann', 'compliance');
  // Nobody waits longer than a console does: the part is not heard of at all until then.
  const slow = reportsPort({
    log: rig.log,
    ask: (question) => {
      const outcome = rig.part.ask(question);
      rig.clock.advance(2000);
      return outcome;
    },
  });
  expect(await slow.make({ report: 'incident', about: HALT, reason: 'x' }, who)).toEqual(
    ok('The report is asked for; it appears under Reports once it is made.'),
  );
  await rig.until(async () => expect(await rig.reports()).toHaveLength(1));
  const away = reportsPort({
    log: rig.log,
    ask: () => Promise.resolve(refuse('archive-down', 'The archive thread is not running.')),
  });
  expect(await away.make({ report: 'incident', about: HALT, reason: 'x' }, who)).toEqual(
    ok('The report is asked for, and made once that can be: The archive thread is not running.'),
  );
  await rig.until(async () => expect(await rig.reports()).toHaveLength(2));
});

it('the day is summed up once, after its end, by the clock', async () => {
  const rig = await following({ dailyMinute: 15 });
  rig.answer = () => ok('200');
  await rig.append(
    {
      actor: 'ann',
      action: 'auth.session',
      scope: 'user:ann',
      details: { kind: 'auth.session', factor: 'passkey' },
    },
    { actor: 'x', action: 'auth.refused', scope: 'user:x', details: { kind: 'auth.refused' } },
    { actor: 'ann', action: 'order.refuse', scope: 'BTCUSDT', details: { rule: 'R-2' } },
  );
  rig.clock.stepWall(12 * 3_600_000 + 14 * 60_000);
  rig.clock.advance(1000);
  expect(
    (await rig.records('report.asked')).filter(({ details }) => details['about'] === '2026-01-05'),
  ).toEqual([]);
  rig.clock.stepWall(60_000);
  rig.clock.advance(1000);
  await rig.until(async () =>
    expect((await rig.reports()).map(({ title }) => title)).toContain('Daily summary 2026-01-05'),
  );
  const [view] = await rig.reports();
  const day = await rig.read(view?.reportId ?? '');
  const rows = (title: string) =>
    day.sections.find((one) => one.title === title)?.rows.map(({ cells }) => cells);
  expect(rows('Orders refused, by rule')).toEqual([['R-2', '1']]);
  expect(rows('Sign-ins')).toEqual([
    ['signed in by passkey', '1'],
    ['refused', '1'],
  ]);
  await rig.crash();
  await rig.start({ dailyMinute: 15 });
  await rig.append(START);
  rig.clock.advance(5000);
  await rig.until(async () => expect(await rig.reports()).toHaveLength(1));
  // The day before the log began was asked for too, and the log has nothing of it.
  const asked = (await rig.records('report.asked')).map(({ details }) => details['about']);
  expect(asked).toEqual(['2026-01-04', '2026-01-05']);
});

it('R-54: the yearly pack has the evidence, is certified by a person, and made again with that in it', async () => {
  const rig = await following({ recipients: [] });
  await rig.append(...wholeHalt(), release());
  await rig.until(async () => expect(await rig.reports()).toHaveLength(2));
  await rig.append({ actor: 'ann', action: 'server.limits', scope: 'limits', details: { version: 2 } });
  const reason = 'Yearly review';
  await rig.port.make({ report: 'review', about: '2026', reason }, personAs('ann', 'compliance'));
  const packs = async () => (await rig.reports()).filter(({ kind }) => kind === 'review');
  await rig.until(async () => expect(await packs()).toHaveLength(1));
  const [pack] = await packs();
  const id = pack?.reportId ?? '';
  const before = await rig.read(id);
  const section = (of: typeof before, title: string) => of.sections.find((one) => one.title === title);
  expect(section(before, 'Certification by the chief executive')?.notes.join()).toContain('NOT certified');
  const requirements = section(before, 'Requirements and their evidence in this log')?.rows ?? [];
  expect(requirements.find(({ cells }) => cells[0] === 'R-53')?.cells.at(-1)).toMatch(/^1 /);
  // the log was verified for it, and its own record says so.
  const [verified] = await rig.records('report.verified');
  const verdict = section(before, 'Verification of the log')?.rows ?? [];
  expect(verdict[0]?.cells[1]).toBe('right');
  expect(verdict.map(({ seq }) => seq)).toEqual(verdict.map(() => verified?.seq));
  expect(verdict.map(({ cells }) => cells[2])).toContain('Right: every record is the one that was signed.');

  const chief = { ...personAs('chris', 'chief-executive'), factor: 'passkey' as const };
  const certify = (report: string) => rig.port.certify({ report, statement: 'I have read it.' }, chief);
  expect(await certify('review-999')).toMatchObject({ ok: false, error: { code: 'no-report' } });
  need(await certify(id));
  await rig.until(async () => {
    rig.clock.advance(1000);
    expect(await rig.records('report.refused')).toEqual([]);
    expect(await rig.records('review.certified')).toHaveLength(1);
    expect(await packs()).toHaveLength(2);
  });
  const [again] = await packs();
  const after = await rig.read(again?.reportId ?? '');
  const [row] = section(after, 'Certification by the chief executive')?.rows ?? [];
  expect(row?.cells.slice(1)).toEqual(['chris (chief-executive)', id, 'passkey', 'I have read it.']);
  const [certified] = await rig.records('review.certified');
  expect(row?.seq).toBe(certified?.seq);
  expect(certified?.details['sha256']).toMatch(/^[0-9a-f]{64}$/);
});

it('a recipient that fails is asked again, more and more rarely; after an hour the row says so', async () => {
  const rig = await following();
  await rig.append(...wholeHalt());
  const tries = (n: number) =>
    rig.until(async () => expect(await rig.records('report.failed')).toHaveLength(n));
  await tries(1);
  for (let n = 1; n < 4; n++) {
    await seen(rig, n);
    // From when the failure was written, which is when this part had got round to it.
    const failures = await rig.records('report.failed');
    const failedAt = failures.map(wallMicrosOf).at(-1) ?? 0;
    const dueIn = 5000 * 2 ** (n - 1) - (rig.clock.wallMicros() - failedAt) / 1000;
    await rig.clock.advanceAsync(dueIn - 1);
    expect(rig.sent).toHaveLength(n);
    await rig.clock.advanceAsync(1001);
    await tries(n + 1);
  }
  await seen(rig, 4);
  expect(rig.part.status()).toMatchObject({ state: 'ok' });
  rig.clock.stepWall(3_600_000);
  expect(rig.part.status()).toMatchObject({
    state: 'degraded',
    sentence: expect.stringMatching(/did not reach compliance for an hour\. It answered 500\./) as unknown,
  });
  rig.answer = () => ok('200');
  rig.clock.advance(1000);
  await rig.until(() => expect(rig.part.status().state).toBe('ok'));
  expect(new Set(rig.sent.map(({ key }) => key)).size).toBe(1);
});

/** The part has read so many failures back from the log. */
const seen = (rig: ReportsRig, attempts: number) =>
  rig.until(async () => expect((await rig.reports())[0]?.deliveries[0]).toMatchObject({ attempts }));

it('killed between sending and its receipt, it sends once more under the same key, and then no more', async () => {
  const rig = await following();
  rig.answer = () => ok('200');
  rig.reaches = ({ action }) => action !== 'report.delivered';
  await rig.append(...wholeHalt());
  await rig.until(() => expect(rig.sent).toHaveLength(1));
  await rig.crash();
  await rig.start();
  await rig.append(START);
  await rig.until(async () => expect(await rig.records('report.delivered')).toHaveLength(1));
  await rig.crash();
  await rig.start();
  await rig.append(START);
  await rig.until(async () => expect((await rig.reports())[0]?.deliveries[0]?.state).toBe('delivered'));
  expect(rig.sent.map(({ key }) => key)).toEqual(Array(2).fill(rig.sent[0]?.key));
  expect(new Set(rig.sent.map(({ json }) => json)).size).toBe(1);
});

it('killed before a word of its recipients was written, the report still goes to them', async () => {
  const rig = await following();
  rig.answer = () => ok('200');
  rig.reaches = ({ action }) => action === 'report.made';
  await rig.append(...wholeHalt());
  await rig.until(async () => expect(await rig.records('report.made')).toHaveLength(1));
  await rig.crash();
  const before = rig.sent.length;
  await rig.start();
  await rig.append(START);
  await rig.until(async () => expect(await rig.records('report.delivered')).toHaveLength(1));
  expect(rig.sent.length).toBe(before + 1);
});
