import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../protocol/result.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { agree } from './clock-agree.ts';
import { readTracking } from './clock-chrony.ts';
import { ClockOffset, type ClockState } from './clock-offset.ts';
import { timeAsker } from './sntp-ask.ts';
import { question, readAnswer, type TimeReading } from './sntp.ts';
import { answerTo, TimeServer, type Lie } from './testing/time-server.ts';

const UTC = Date.parse('2026-01-05T12:00:00Z') * 1000;
const reading = (utcAtZero: number, boundMicros: number): TimeReading => ({
  ...{ utcAtZero, boundMicros },
  delayMicros: 0,
  stratum: 2,
});

describe('one answer', () => {
  const nonce = Buffer.from('12345678');
  /** Asked at 1,000 µs, heard 4,000 µs later; the server stands in the middle. */
  const read = (lie: Lie = {}, twist = (answer: Buffer): Buffer => answer): Result<TimeReading> =>
    readAnswer(twist(answerTo(question(nonce), UTC + 3_000, lie)), 1_000, 5_000);

  it('gives UTC, wrong by at most half the way and the server’s own error', () => {
    const read_ = read();
    if (!read_.ok) throw new Error(read_.error.sentence);
    expect(Math.abs(read_.value.utcAtZero - UTC)).toBeLessThan(2);
    expect(read_.value.boundMicros).toBeGreaterThan(3_000);
    expect(read_.value.boundMicros).toBeLessThan(3_020);
  });

  it.each<[string, Lie, string]>([
    ['a kiss of death', { kiss: 'DENY' }, 'kiss-deny'],
    ['a request to ask less', { kiss: 'RATE' }, 'kiss-rate'],
    ['not synchronised', { leap: 3 }, 'unsynchronised'],
    ['a stratum of none', { stratum: 16 }, 'unsynchronised'],
    ['itself far from its source', { rootDispersionSeconds: 2 }, 'far'],
    ['held longer than it took: a negative delay', { heldMicros: 9_000 }, 'backwards'],
    ['held a negative time', { heldMicros: -9_000 }, 'backwards'],
  ])('%s is refused', (_, lie, code) => {
    expect(read(lie)).toMatchObject({ ok: false, error: { code } });
  });

  it('no time, no server’s mode, a time after 2036', () => {
    expect(read({}, (answer) => answer.fill(0, 40))).toMatchObject({
      ok: false,
      error: { code: 'not-time' },
    });
    expect(read({}, (answer) => Buffer.concat([Buffer.from([0x23]), answer.subarray(1)]))).toMatchObject({
      ok: false,
    });
    const late = Date.parse('2040-01-01T00:00:00Z') * 1000;
    const far = readAnswer(answerTo(question(nonce), late), 0, 0);
    expect(far.ok && Math.abs(far.value.utcAtZero - late) < 2).toBe(true);
  });

  it('whatever bytes come, it refuses or gives a finite time', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 48, maxLength: 68 }), (bytes) => {
        const any = readAnswer(Buffer.from(bytes), 0, 1000);
        if (any.ok) {
          expect(Number.isFinite(any.value.utcAtZero)).toBe(true);
          expect(any.value.boundMicros).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe('several servers', () => {
  it('one that lies is outvoted, two that disagree are believed neither', () => {
    const honest = [reading(1000, 50), reading(1040, 50)];
    expect(agree([...honest, reading(900_000, 10)])).toMatchObject({
      servers: 2,
      utcAtZero: 1020,
      boundMicros: 30,
    });
    expect(agree([reading(0, 10), reading(1000, 10)])).toBeNull();
    expect(agree([reading(5, 7)])).toEqual({ servers: 1, utcAtZero: 5, boundMicros: 7 });
    expect(agree([])).toBeNull();
  });

  it('while honest ones are the most, what is agreed lies within an honest one’s span', () => {
    const honest = fc.record({
      off: fc.integer({ min: -1000, max: 1000 }),
      more: fc.integer({ min: 0, max: 500 }),
    });
    const liar = fc.record({
      at: fc.integer({ min: -1e7, max: 1e7 }),
      bound: fc.integer({ min: 0, max: 5000 }),
    });
    fc.assert(
      fc.property(
        fc.array(honest, { minLength: 2, maxLength: 5 }),
        fc.array(liar, { maxLength: 4 }),
        (truthful, liars) => {
          fc.pre(liars.length < truthful.length);
          const agreed = agree([
            ...liars.map(({ at, bound }) => reading(at, bound)),
            ...truthful.map(({ off, more }) => reading(off, Math.abs(off) + more)),
          ]);
          expect(agreed).not.toBeNull();
          if (agreed && agreed.servers > liars.length) {
            expect(Math.abs(agreed.utcAtZero) + agreed.boundMicros).toBeLessThanOrEqual(2 * 1500);
          }
        },
      ),
    );
  });
});

describe('R-50: the offset to UTC', () => {
  const clock = new ManualClock();
  const utc = (): number => UTC + clock.monotonicMicros();
  let servers: TimeServer[] = [];
  let offset: ClockOffset;
  let told: ClockState[] = [];
  const make = async (count: number, boundMicros = 50_000): Promise<void> => {
    servers = await Promise.all(Array.from({ length: count }, () => new TimeServer(utc).start()));
    offset = new ClockOffset({
      clock,
      servers: servers.map(({ address }) => address),
      boundMicros,
      ask: timeAsker(clock),
      local: () => Promise.resolve(null),
      isSet: false,
    });
    told = [];
    offset.onChange((view) => told.push(view.state));
  };
  const wallOff = (ms: number): void => clock.stepWall(ms - (clock.wallMicros() - utc()) / 1000);
  beforeEach(() => wallOff(0));
  afterEach(() => {
    offset.stop();
    for (const server of servers.splice(0)) server.close();
  });

  it('is measured with its uncertainty before anything opens, warned at half and over at the bound', async () => {
    await make(1);
    expect(offset.view()).toMatchObject({ state: 'unknown', errorMicros: null });
    expect(offset.errorNanos()).toBeNull();
    await offset.start();
    expect(offset.view()).toMatchObject({ state: 'ok' });
    expect(Math.abs(offset.view().offsetMicros ?? NaN)).toBeLessThan(2);
    expect(offset.errorNanos()).toBeGreaterThanOrEqual(1_000_000n);
    wallOff(-30);
    expect(offset.view().state).toBe('warned');
    wallOff(51);
    expect(offset.view()).toMatchObject({ state: 'over' });
    expect(offset.view().sentence).toContain('can be off by 52 ms; 50 ms are allowed');
    offset.check();
    wallOff(0);
    offset.check();
    expect(told).toEqual(['ok', 'over', 'ok']);
  });

  it('grows less certain with time, and is unknown when an hour passed without an answer', async () => {
    await make(1);
    await offset.start();
    const fresh = offset.view().errorMicros ?? NaN;
    offset.stop();
    clock.advance(1_000_000);
    expect(offset.view().errorMicros).toBeGreaterThan(fresh + 14_000);
    clock.advance(2_700_000);
    expect(offset.view().state).toBe('unknown');
  });

  it('the bound is the profile’s: what 50 ms allow, 100 µs do not', async () => {
    await make(1, 100);
    await offset.start();
    expect(offset.view().state).toBe('over');
  });

  it('one server of three that is an hour off changes nothing; two that disagree are unknown', async () => {
    await make(3);
    if (servers[0]) servers[0].lie = { offMicros: 3_600_000_000 };
    await offset.start();
    expect(offset.view().state).toBe('ok');
    expect(offset.view().servers[0]?.said).toContain('-3600000');
    if (servers[1]) servers[1].lie = { offMicros: -3_600_000_000 };
    await offset.measure();
    expect(offset.view()).toMatchObject({ state: 'unknown' });
    expect(offset.view().sentence).toContain('disagree');
  });

  it('a huge offset of the only server is no refusal: it is said, and over', async () => {
    await make(1);
    if (servers[0]) servers[0].lie = { offMicros: 86_400_000_000 };
    await offset.start();
    expect(offset.view().state).toBe('over');
  });

  it('a server that says DENY is not asked again, one that says RATE only later', async () => {
    await make(2);
    const [deny, rate] = servers;
    if (!deny || !rate) throw new Error('two servers');
    deny.lie = { kiss: 'DENY' };
    rate.lie = { kiss: 'RATE' };
    await offset.start();
    expect(offset.view()).toMatchObject({ state: 'unknown' });
    await offset.measure();
    expect([deny.asked, rate.asked]).toEqual([1, 1]);
    offset.stop();
    clock.advance(1_000_000);
    rate.lie = {};
    await offset.measure();
    expect([deny.asked, rate.asked]).toEqual([1, 2]);
    expect(offset.view().state).toBe('ok');
  });

  it('answers to other questions are passed over, and the right one is taken', async () => {
    await make(1);
    if (servers[0]) {
      servers[0].lie = {
        twist: (answer) => {
          const forged = Buffer.from(answer);
          forged.fill(7, 24, 32);
          forged.writeUInt32BE(1, 40);
          return [Buffer.from('short'), forged, answer];
        },
      };
    }
    await offset.start();
    expect(offset.view().state).toBe('ok');
  });

  it('an answer that was held up on the way is asked for again, and an older, surer one is kept', async () => {
    const slow = reading(UTC, 40_000);
    const answers = [
      { ...slow, delayMicros: 78_000 },
      { ...slow, delayMicros: 60_000 },
      reading(UTC, 900),
      slow,
    ];
    let asked = 0;
    const ask = () => Promise.resolve({ ok: true, value: answers[Math.min(asked++, 3)] ?? slow } as const);
    const parts = { clock: new ManualClock(), servers: ['x'], boundMicros: 50_000, isSet: false };
    offset = new ClockOffset({ ...parts, ask, local: () => Promise.resolve(null) });
    await offset.start();
    expect([asked, offset.view().errorMicros]).toEqual([3, 900]);
    await offset.measure();
    expect([asked, offset.view().errorMicros]).toEqual([4, 900]);
  });

  it('a silent server is unknown, in a sentence that names it', async () => {
    await make(1);
    if (servers[0]) servers[0].lie = { twist: () => [] };
    const started = offset.start();
    while (servers[0]?.asked === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(1000);
    await started;
    expect(offset.view().sentence).toBe(
      `No time server gave the time: ${servers[0]?.address ?? ''}: it does not answer.`,
    );
  });

  it('without a server and without chrony it is unknown, never green; a clock that was set is not measured', async () => {
    const base = {
      clock,
      servers: [],
      boundMicros: 50_000,
      ask: timeAsker(clock),
      local: () => Promise.resolve(null),
    };
    offset = new ClockOffset({ ...base, isSet: false });
    await offset.start();
    expect(offset.view()).toMatchObject({ state: 'unknown' });
    expect(offset.view().sentence).toContain('is not known');
    const set = new ClockOffset({ ...base, isSet: true });
    await set.start();
    expect(set.view().sentence).toContain('was set by the configuration');
  });
});

it('chrony’s own word is read with all its error, and not believed while it is not synchronised', () => {
  const line = (leap: string): string =>
    `A9FEA97B,169.254.169.123,4,1767614400.1,-0.000002,0.000001,0.00001,1.2,0.0,0.1,0.0004,0.0003,16.0,${leap}\n`;
  expect(readTracking(line('Normal'))?.errorMicros).toBeCloseTo(502, 0);
  expect(readTracking(line('Not synchronised'))).toBeNull();
  expect(readTracking('506 Cannot talk to daemon')).toBeNull();
});
