import { beforeEach, describe, expect, it } from 'vitest';
import type { Reply } from '../protocol/commands.ts';
import { ok, refuse, type Result } from '../protocol/result.ts';
import { AUTHORITIES, type Role } from '../protocol/session.ts';
import type { HaltId, Micros, UserId } from '../protocol/units.ts';
import type { Identity } from './auth/identity.ts';
import { Commands, type Way } from './commands.ts';
import type { AuditEntry } from './audit/record.ts';
import { commandParts } from './testing/command-parts.ts';
import { ManualClock } from './testing/manual-clock.ts';
import { identityAs } from './testing/session-view.ts';

const identityOf = (role: Role): Identity => identityAs(role);
const trader = identityOf('trader');
const press = { type: 'halt.press', haltId: 'halt-0001' as HaltId, reason: 'why' } as const;
const release = {
  type: 'halt.release',
  haltId: 'halt-0001' as HaltId,
  reason: 'why',
  factor: { kind: 'totp', code: '123456' },
} as const;

class Desk {
  readonly clock = new ManualClock();
  readonly did: string[] = [];
  factor: 'right' | 'wrong' = 'right';
  /** What the gate would refuse an order for; null = nothing. */
  gateRefuses: Reply | null = null;
  /** What the halt would answer. */
  would: Result<string> = ok('yes');
  cancelling: Promise<Reply> = Promise.resolve(this.#done('cancel-all'));
  readonly logged: AuditEntry[] = [];
  readonly commands = new Commands({
    ...commandParts(this.clock),
    auth: {
      active: () => undefined,
      spend: (who, _action, factor, purpose) => {
        this.did.push(`factor ${who.user} ${purpose} ${'code' in factor ? factor.code : factor.kind}`);
        return Promise.resolve(this.factor === 'right' ? ok({ kind: 'totp' }) : refuse('wrong-code', 'No.'));
      },
    },
    halt: {
      press: () => this.#done('press'),
      cancelAll: () => {
        this.did.push('cancel-all');
        return this.cancelling;
      },
      takeBack: () => this.#done('take-back'),
      release: () => this.#done('release'),
      wouldAccept: () => this.would,
    },
    desk: {
      refuses: () => this.gateRefuses,
      place: () => Promise.resolve(this.#done('place')),
      cancel: () => Promise.resolve(this.#done('cancel')),
      cancelAll: () => Promise.resolve(this.#done('orders cancel-all')),
    },
    alarms: { acknowledge: () => ok('Acknowledged.') },
    log: {
      appendNow: (entry) => {
        this.logged.push(entry);
        this.did.push(`log ${entry.action}`);
      },
    },
  });

  #done(what: string): Reply {
    this.did.push(what);
    return { ok: true, sentence: what, at: 1 as Micros, orderId: null };
  }

  send(
    command: unknown,
    more: { id?: string; late?: boolean; as?: Identity | null; way?: Way } = {},
  ): Promise<Reply> {
    const expiresAt = this.clock.wallMicros() + (more.late ? 0 : 1_000_000);
    const envelope = { id: more.id ?? 'command-0001', expiresAt, command };
    const way = more.way ?? { by: 'http', address: '192.0.2.1' };
    return this.commands.execute(envelope, more.as === undefined ? trader : more.as, way);
  }
}

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
  desk.did.length = 0;
});
const codeOf = (reply: Reply) => (reply.ok ? 'ok' : reply.code);

describe('R-33: once', () => {
  it('the same id is carried out once and answered the same', async () => {
    const first = await desk.send(press);
    expect(await desk.send(press)).toBe(first);
    expect(desk.did).toEqual(['press']);
  });

  it('another command under the same id is refused; another person’s same id is their own', async () => {
    await desk.send(press);
    expect(codeOf(await desk.send({ ...press, reason: 'other' }))).toBe('id-reused');
    await desk.send(press, { as: { ...trader, user: 'second' as UserId } });
    expect(desk.did).toEqual(['press', 'log command.refused', 'press']);
  });

  it('two at once under one id spend one factor', async () => {
    await Promise.all([desk.send(release), desk.send(release)]);
    expect(desk.did).toEqual(['factor operator release 123456', 'release']);
  });
});

describe('expiry', () => {
  it('a command that came too late is not carried out; a press never is too late', async () => {
    expect(codeOf(await desk.send({ type: 'order.cancel-all' }, { late: true }))).toBe('expired');
    expect(codeOf(await desk.send(press, { id: 'command-0002', late: true }))).toBe('ok');
    expect(desk.did).toEqual(['log command.refused', 'press']);
  });
});

describe('authority', () => {
  it('the press closes the gate in the tick in which it came', () => {
    void desk.send(press);
    expect(desk.did).toEqual(['press']);
  });

  it('nobody who is not signed in does anything', async () => {
    expect(codeOf(await desk.send(press, { as: null }))).toBe('not-signed-in');
    expect(desk.did).toEqual(['log command.refused']);
    expect(desk.logged[0]).toMatchObject({
      actor: 'unknown',
      by: { session: null, role: null, address: '192.0.2.1' },
    });
  });

  it('a wrong code does nothing', async () => {
    desk.factor = 'wrong';
    expect(codeOf(await desk.send(release))).toBe('wrong-code');
    expect(codeOf(await desk.send({ ...release, type: 'halt.take-back' }, { id: 'command-0002' }))).toBe(
      'wrong-code',
    );
    const { reason: _, ...cancel } = release;
    expect(codeOf(await desk.send({ ...cancel, type: 'halt.cancel-all' }, { id: 'command-0003' }))).toBe(
      'wrong-code',
    );
    expect(desk.did.every((one) => one.startsWith('factor') || one === 'log command.refused')).toBe(true);
  });

  it('R-24: no code is spent on what the halt would refuse: it is still good for the next try', async () => {
    desk.would = refuse('not-halted', 'Nothing is halted.');
    const { reason: _, ...cancel } = release;
    for (const [i, command] of [
      { ...cancel, type: 'halt.cancel-all' },
      { ...release, type: 'halt.take-back' },
      release,
    ].entries()) {
      const reply = await desk.send(command, { id: `command-100${i}` });
      expect(reply).toMatchObject({ ok: false, code: 'not-halted', sentence: 'Nothing is halted.' });
    }
    expect(desk.did).toEqual(Array(3).fill('log command.refused'));
    desk.would = ok('yes');
    await desk.send({ ...cancel, type: 'halt.cancel-all' }, { id: 'command-1003' });
    expect(desk.did.slice(3)).toEqual(['factor operator halt 123456', 'cancel-all']);
  });
});

describe('an order by hand', () => {
  const order = {
    clientId: 'c1',
    symbol: 'BTCUSDT',
    side: 'buy',
    type: 'limit',
    price: '1',
    size: '1',
  } as const;
  const place = { type: 'order.place', order } as const;
  const reduce = { type: 'order.place', order: { ...order, reduceOnly: true } } as const;
  const factor = { kind: 'totp', code: '123456' } as const;

  it('R-11: that may raise risk takes a factor of its own, in a session that was signed in to just now too', async () => {
    expect(codeOf(await desk.send(place))).toBe('factor-needed');
    expect(desk.did, 'a question: nothing is recorded').toEqual([]);
    expect(codeOf(await desk.send({ ...place, factor }, { id: 'command-0002' }))).toBe('ok');
    expect(desk.did).toEqual(['factor operator order 123456', 'place']);
  });

  it('R-57: that only takes back does with the session’s own, also when its hours are over', async () => {
    for (const [i, authority] of AUTHORITIES.entries()) {
      desk.did.length = 0;
      const as = identityAs('trader', { authority });
      expect(codeOf(await desk.send(reduce, { id: `command-20${i}0`, as }))).toBe('ok');
      expect(desk.did).toEqual(['factor operator reduce session', 'place']);
      const other = await desk.send({ ...place, factor }, { id: `command-20${i}1`, as });
      expect(codeOf(other)).toBe(authority === 'watching' ? 'session-over' : 'ok');
    }
  });

  it('is refused by the gate before a factor is asked for, or one that was given is spent', async () => {
    desk.gateRefuses = { ok: false, code: 'order-size', sentence: 'Too big.', rule: null };
    for (const [i, command] of [place, { ...place, factor }, reduce].entries())
      expect(codeOf(await desk.send(command, { id: `command-300${i}` }))).toBe('order-size');
    expect(desk.did).toEqual([]);
  });

  it('is not placed by a wrong factor, and that is on record', async () => {
    desk.factor = 'wrong';
    expect(codeOf(await desk.send({ ...place, factor }))).toBe('wrong-code');
    expect(desk.did).toEqual(['factor operator order 123456', 'log command.refused']);
  });
});

describe('form', () => {
  it.each([
    null,
    {},
    { type: 'halt.press' },
    { ...press, extra: 1 },
    {
      type: 'order.place',
      order: { clientId: 'a', symbol: 'X', side: 'buy', type: 'limit', price: NaN, size: '1' },
    },
    { ...release, factor: { kind: 'totp', code: '12345' } },
    { type: 'rm -rf' },
  ])('%j is no command', async (command) => {
    expect(codeOf(await desk.send(command))).toBe('bad-command');
    expect(desk.did).toEqual(['log command.refused']);
    expect(desk.logged[0]).toMatchObject({ actor: 'operator', details: { code: 'bad-command' } });
  });
});

it('R-29: a cancel-all that takes long says so before the console gives up waiting, and is never green', async () => {
  let finish: (reply: Reply) => void = () => undefined;
  desk.cancelling = new Promise((resolve) => (finish = resolve));
  const { reason: _, ...cancel } = release;
  const reply = desk.send({ ...cancel, type: 'halt.cancel-all' });
  await desk.clock.advanceAsync(4000);
  expect(codeOf(await reply)).toBe('not-confirmed-yet');
  finish({ ok: true, sentence: 'late', at: 1 as Micros, orderId: null });
  expect(desk.clock.pending).toBe(0);
});

describe('what shows a secret', () => {
  const rotate = {
    type: 'service-account.rotate',
    account: 'maker',
    days: null,
    factor: { kind: 'totp', code: '123456' },
  } as const;
  const admin = identityOf('administrator');

  it('goes by HTTP only', async () => {
    const way = { by: 'socket', address: '192.0.2.1' } as const;
    expect(codeOf(await desk.send(rotate, { as: admin, way }))).toBe('http-only');
    expect(desk.did).toEqual(['log command.refused']);
  });

  it('is not shown to a socket that repeats what was asked by HTTP', async () => {
    expect(await desk.send(rotate, { as: admin })).toMatchObject({ shown: 'the-new-key' });
    const way = { by: 'socket', address: '192.0.2.1' } as const;
    expect(codeOf(await desk.send(rotate, { as: admin, way }))).toBe('http-only');
  });

  it('is shown again to a repeated command for half a minute, then never, and is in no record', async () => {
    const first = await desk.send(rotate, { as: admin });
    expect(first).toMatchObject({ ok: true, shown: 'the-new-key' });
    expect(await desk.send(rotate, { as: admin })).toMatchObject({ shown: 'the-new-key' });
    await desk.clock.advanceAsync(30_000);
    const later = await desk.send(rotate, { as: admin });
    expect(later).toMatchObject({ ok: true });
    expect(later).not.toHaveProperty('shown');
    expect(JSON.stringify(desk.logged)).not.toContain('the-new-key');
  });
});
