import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandSchema, type Command } from '../../protocol/commands.ts';
import { ROLE_PERMISSIONS, type Permission } from '../../protocol/permissions.ts';
import { AUTHORITIES, roleSchema, type Role } from '../../protocol/session.ts';
import { identityAs, sessionView } from '../testing/session-view.ts';
import { checkAuthority } from './authority.ts';

const order = { clientId: 'c', symbol: 'BTCUSDT', side: 'buy', type: 'limit', price: '1', size: '1' };
const factor = { kind: 'totp', code: '123456' };
const filled: Record<string, unknown> = {
  ...{ haltId: 'halt-0001', reason: 'why', factor, order, orderId: 'cw-1', alarmId: 'audit', comment: '' },
  ...{ user: 'second', name: 'XRP', role: 'viewer', reset: false, session: 'session-0001', account: 'maker' },
  ...{ scopes: ['order.place'], days: null, kind: 'note', text: 'x', report: 'daily', about: '2026-01-05' },
  ...{ from: 0, to: 1, hold: 'h', statement: 'I have read it and it is so.', speed: 1 },
  ...{ venue: 'sim', symbol: 'BTCUSDT', ranges: [{ first: 1, last: 2 }] },
};
const TYPES = commandSchema.options.map((option) => option.shape.type.value);
/** A command of that type with every member that it takes; what is optional is left out. */
function commandOf(type: Command['type'], more: Record<string, unknown> = {}): Command {
  const option = commandSchema.options.find((one) => one.shape.type.value === type);
  const names = Object.keys(option?.shape ?? {}).filter((name) => name !== 'type');
  const members = names.filter((name) => !(type === 'order.place' && name === 'factor'));
  return commandSchema.parse({
    type,
    ...Object.fromEntries(members.map((name) => [name, filled[name]])),
    ...(type === 'review.certify' ? { report: 'review-2026' } : {}),
    ...more,
  });
}
const codeOf = (identity: Parameters<typeof checkAuthority>[0], command: Command): string =>
  checkAuthority(identity, command)?.code ?? 'may';

const BLOCKING: Command['type'][] = ['halt.press', 'halt.cancel-all', 'order.cancel', 'order.cancel-all'];

describe('who may what', () => {
  it('R-57: every person who is signed in halts, cancels and acknowledges, however tired the session', () => {
    for (const role of roleSchema.options)
      for (const authority of AUTHORITIES)
        for (const type of [...BLOCKING, 'alarm.acknowledge'] as const)
          expect(
            codeOf(identityAs(role, { authority }), commandOf(type)),
            `${role} ${authority} ${type}`,
          ).toBe('may');
  });

  it('a wall display watches and does nothing, whoever set it up', () => {
    for (const role of roleSchema.options) {
      const wall = identityAs(role, { view: sessionView({ role, kind: 'wall' }) });
      for (const type of TYPES) expect(codeOf(wall, commandOf(type)), type).toBe('wall-watches');
    }
  });

  it.each<[Command['type'], Permission, Role[]]>([
    ['order.place', 'order.place', ['trader', 'risk-manager', 'administrator']],
    [
      'halt.release',
      'halt.release',
      ['trader', 'risk-manager', 'compliance', 'administrator', 'chief-executive'],
    ],
    ['user.change', 'user.manage', ['administrator']],
    ['user.link', 'user.manage', ['administrator']],
    ['wall.link', 'session.manage', ['risk-manager', 'administrator']],
    ['service-account.create', 'service-account.manage', ['administrator']],
    ['restriction.remove', 'restriction.manage', ['risk-manager', 'compliance']],
    ['report.make', 'report.make', ['risk-manager', 'compliance', 'chief-executive']],
    ['hold.lift', 'retention.manage', ['compliance']],
    ['retention.prune', 'retention.manage', ['compliance']],
    [
      'replay.seek',
      'replay.control',
      ['trader', 'risk-manager', 'compliance', 'administrator', 'chief-executive'],
    ],
  ])('%s takes %s: %j', (type, permission, roles) => {
    const may = roleSchema.options.filter((role) => codeOf(identityAs(role), commandOf(type)) === 'may');
    expect(may).toEqual(roles);
    expect(roleSchema.options.filter((role) => ROLE_PERMISSIONS[role].includes(permission))).toEqual(roles);
  });

  it('R-11: an order of somebody without the right is refused by a named rule', () => {
    expect(checkAuthority(identityAs('viewer'), commandOf('order.place'))).toMatchObject({
      code: 'not-allowed',
      rule: { rule: 'unauthorised', requirement: 'R-11', limit: 'order.place', observed: 'viewer' },
    });
  });

  it('once its 12 hours are over a session does nothing but block, cancel and acknowledge', () => {
    const identity = identityAs('administrator', { authority: 'watching' });
    const still = TYPES.filter((type) => codeOf(identity, commandOf(type)) === 'may');
    expect(new Set(still)).toEqual(new Set([...BLOCKING, 'alarm.acknowledge']));
    expect(codeOf(identity, commandOf('note.add'))).toBe('session-over');
  });

  it('R-57: an order that only takes back goes on in every session; another not once the hours are over', () => {
    const reduce = commandOf('order.place', { order: { ...order, reduceOnly: true } });
    for (const authority of AUTHORITIES) {
      const trader = identityAs('trader', { authority });
      expect(codeOf(trader, reduce)).toBe('may');
      expect(codeOf(trader, commandOf('order.place'))).toBe(
        authority === 'watching' ? 'session-over' : 'may',
      );
      expect(codeOf(identityAs('viewer', { authority }), reduce)).toBe('not-allowed');
    }
  });

  it('less authority never allows more', () => {
    const anyRole = fc.constantFrom(...roleSchema.options);
    fc.assert(
      fc.property(anyRole, fc.constantFrom(...TYPES), (role, type) => {
        const may = AUTHORITIES.map(
          (authority) => codeOf(identityAs(role, { authority }), commandOf(type)) === 'may',
        );
        // full ≥ idle ≥ watching
        expect(may).toEqual([...may].sort((a, b) => Number(b) - Number(a)));
      }),
    );
  });
});
