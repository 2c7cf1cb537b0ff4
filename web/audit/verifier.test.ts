import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../protocol/canonical.ts';
import { ok, refuse } from '../../protocol/result.ts';
import { browser, looked } from './browser.testkit.ts';
import { recordOf, TestLog, TestMemory } from './log.testkit.ts';
import type { LogSource } from './verifier.ts';

describe('R-45: the head in the page', () => {
  it('is trusted the first time, and followed from then on', async () => {
    const log = await TestLog.make(5);
    const page = browser(log);
    const first = await page.refresh();
    expect(first).toMatchObject({ state: 'checked', trustedAt: 1_800_000_000_000, head: { size: 5 } });
    expect(first.head?.fingerprint).toMatch(/^([0-9a-f]{4} ){15}[0-9a-f]{4}$/);
    log.grow(300);
    expect(await page.refresh()).toMatchObject({ state: 'checked', head: { size: 305 }, alarm: null });
  });

  it('of a log that begins empty is followed too', async () => {
    const log = await TestLog.make(0);
    const page = browser(log);
    await page.refresh();
    log.grow(3);
    expect(await page.refresh()).toMatchObject({ state: 'checked', head: { size: 3 } });
  });

  it('that went back is an alarm, also when a later one follows again', async () => {
    const log = await TestLog.make(8);
    const memory = new TestMemory();
    const page = browser(log, memory);
    await page.refresh();
    const cut = log.payloads.splice(6);
    log.sign();
    expect(await page.refresh()).toMatchObject({
      state: 'refused',
      code: 'shorter',
      alarm: { kind: 'shorter' },
    });
    expect(memory.memory.alarm?.remembered?.size).toBe(8);
    expect(memory.memory.alarm?.checkpoint).toContain('\n6\n');
    log.payloads.push(...cut);
    log.grow(1);
    expect(await page.refresh()).toMatchObject({ state: 'checked', alarm: { kind: 'shorter' } });
    expect((await browser(log, memory).refresh()).alarm?.kind, 'a new tab shows it too').toBe('shorter');
  });

  it('of a rewritten log is an alarm: of the same size, and of a larger one', async () => {
    for (const more of [0, 40]) {
      const log = await TestLog.make(20);
      const page = browser(log);
      await page.refresh();
      log.payloads[3] = canonicalJson(recordOf(4, { actor: 'nobody' }));
      log.grow(more);
      const kind = more === 0 ? 'forked' : 'rewritten';
      expect(await page.refresh()).toMatchObject({ state: 'refused', code: kind, head: { size: 20 } });
    }
  });

  it('signed by another key is an alarm, whatever it says', async () => {
    const log = await TestLog.make(5);
    const memory = new TestMemory();
    await browser(log, memory).refresh();
    const other = await TestLog.make(6);
    expect(await browser(other, memory).refresh()).toMatchObject({ state: 'refused', code: 'another-key' });
  });

  it('that the server does not prove to follow is an alarm; that it cannot prove now is none', async () => {
    const log = await TestLog.make(5);
    let code = 'unreachable';
    const source = log.source({ readConsistency: () => Promise.resolve(refuse(code, 'No.')) });
    const page = browser(source);
    await page.refresh();
    log.grow(1);
    for (code of [
      'unreachable',
      'too-many-requests',
      'not-signed-in',
      'failed',
      'control-silent',
      'foreign-answer',
    ]) {
      expect(await page.refresh()).toMatchObject({ state: 'unavailable', alarm: null, head: { size: 5 } });
    }
    code = 'no-such-size';
    expect(await page.refresh()).toMatchObject({ state: 'refused', code: 'unproven' });
  });

  it('whose text was changed after it was signed is an alarm', async () => {
    const log = await TestLog.make(5);
    const memory = new TestMemory();
    const changed = log.source({
      readHead: async () => {
        const head = await log.readHead();
        if (!head.ok) return head;
        const checkpoint = head.value.checkpoint.replace('\n5\n', '\n6\n');
        return ok({ ...head.value, size: 6, checkpoint });
      },
    });
    expect(await browser(changed, memory).refresh()).toMatchObject({ state: 'refused', code: 'bad-head' });
    expect(memory.memory.head, 'nothing of it is remembered').toBeNull();
  });

  it('that the server contradicts beside it is an alarm', async () => {
    const log = await TestLog.make(5);
    const lying = log.source({
      readHead: async () => {
        const head = await log.readHead();
        return head.ok ? ok({ ...head.value, size: 4 }) : head;
      },
    });
    expect(await browser(lying).refresh()).toMatchObject({ state: 'refused', code: 'bad-head' });
  });

  it('in a browser without Ed25519 proves nothing and accuses nobody', async () => {
    const log = await TestLog.make(5);
    const page = browser(log, new TestMemory(), () => Promise.reject(new Error('NotSupportedError')));
    expect(await page.refresh()).toMatchObject({ state: 'unavailable', code: 'no-ed25519', alarm: null });
    expect((await page.record(1, null)).verdict.kind).toBe('unchecked');
  });

  it('of another tab that is ahead is not a rollback of this one', async () => {
    const log = await TestLog.make(5);
    const memory = new TestMemory();
    const [ours, theirs] = [browser(log, memory), browser(log, memory)];
    await ours.refresh();
    log.grow(10);
    await theirs.refresh();
    expect(await ours.refresh()).toMatchObject({ state: 'checked', head: { size: 15 }, alarm: null });
  });

  it('is accepted anew only by a named person, and what was wrong stays on record', async () => {
    const log = await TestLog.make(8);
    const memory = new TestMemory();
    const page = browser(log, memory);
    await page.refresh();
    log.payloads.splice(4);
    log.sign();
    await page.refresh();
    expect(await page.accept('second')).toMatchObject({ state: 'checked', alarm: null, head: { size: 4 } });
    expect(memory.memory.accepted).toMatchObject([{ by: 'second', alarm: { kind: 'shorter' } }]);
  });

  it('that cannot be compared with an unreadable memory is not checked', async () => {
    const log = await TestLog.make(2);
    const memory = new TestMemory();
    memory.read = () => Promise.reject(new Error('What this browser remembers cannot be read.'));
    expect(await browser(log, memory).refresh()).toMatchObject({ state: 'unavailable', code: 'memory' });
  });
});

describe('R-45: a record in the page', () => {
  it('is proven from its own bytes', async () => {
    const log = await TestLog.make(300);
    const check = await browser(log).record(7, log.record(7));
    expect(check.verdict).toMatchObject({ kind: 'proven', size: 300, removed: false });
    expect(check.payload).toBe(log.payloads[6]);
  });

  it('names the step that failed', async () => {
    const log = await TestLog.make(50);
    const step = async (changed: Partial<LogSource>, shown = log.record(7)) => {
      const { verdict } = await browser(log.source(changed)).record(7, shown);
      return verdict.kind === 'failed' ? verdict.step : verdict.kind;
    };
    const gives = (fields: object) => async () => {
      const record = await log.readRecord(7);
      return record.ok ? ok({ ...record.value, ...fields }) : record;
    };
    const edited = canonicalJson(recordOf(7, { actor: 'nobody' }));
    const other = await log.readRecord(8);
    expect(await step({})).toBe('proven');
    expect(await step({ readRecord: gives({ payload: edited }) })).toBe('leaf');
    expect(await step({ readRecord: gives({ payload: ` ${edited}` }) })).toBe('encoding');
    expect(await step({ readRecord: gives({ payload: '{"seq":7}' }) })).toBe('encoding');
    expect(await step({ readRecord: gives({ payload: log.payloads[7] }) })).toBe('encoding');
    expect(await step({ readRecord: () => log.readRecord(8) })).toBe('bytes');
    expect(await step({ readRecord: gives({ payload: null, leaf: other.ok ? other.value.leaf : '' }) })).toBe(
      'inclusion',
    );
    expect(await step({ readInclusion: () => Promise.resolve(ok([])) })).toBe('inclusion');
    expect(await step({}, recordOf(7, { actor: 'nobody' }))).toBe('shown');
    expect(await step({ readRecord: () => Promise.resolve(refuse('no-record', 'No.')) })).toBe('bytes');
    expect(await step({ readRecord: () => Promise.resolve(refuse('malformed', 'No.')) })).toBe('bytes');
    for (const code of ['unreachable', 'failed', 'foreign-answer']) {
      expect(await step({ readRecord: () => Promise.resolve(refuse(code, 'No.')) })).toBe('unchecked');
    }
  });

  it('whose bytes retention removed keeps its proven place', async () => {
    const log = await TestLog.make(9);
    const readRecord = async () => {
      const record = await log.readRecord(3);
      return record.ok ? ok({ ...record.value, payload: null }) : record;
    };
    const { verdict } = await browser(log.source({ readRecord })).record(3, null);
    expect(verdict).toMatchObject({ kind: 'proven', removed: true });
  });

  it('that is newer than the head is not proven yet; the next head proves it', async () => {
    const log = await TestLog.make(4);
    const page = browser(log);
    log.payloads.push(canonicalJson(recordOf(5)));
    expect((await page.record(5, null)).verdict.kind).toBe('unchecked');
    log.sign();
    expect((await page.record(5, null)).verdict.kind).toBe('proven');
    expect(looked.at(-1)?.head?.size, 'whoever shows the head hears of it').toBe(5);
  });

  it('under a head that does not follow is not proven', async () => {
    const log = await TestLog.make(8);
    const page = browser(log);
    await page.refresh();
    log.payloads.splice(5);
    log.sign();
    expect((await page.record(2, log.record(2))).verdict).toMatchObject({ kind: 'failed', step: 'head' });
  });
});
