/**
 * Which command takes which permission, and what a tired session may still do. What raises risk carries
 * a factor of its own in every session, so that an idle one needs no rule here. Pure.
 */
import type { Command, RuleOf } from '../../protocol/commands.ts';
import type { Permission } from '../../protocol/permissions.ts';
import type { Refusal } from '../../protocol/result.ts';
import type { Identity } from '../auth/identity.ts';

interface Need {
  /** `anyone`: every person who is signed in. */
  readonly permission: Permission | 'anyone';
  /** For the sentence of a refusal: "may not …". */
  readonly words: string;
  /** What lowers risk goes on when a session's 12 hours are over. */
  readonly lowers?: true;
  /** Named in the refusal where a requirement asks for this very check. */
  readonly requirement?: string;
}

const halting = { permission: 'halt', words: 'halt', lowers: true } as const;
const cancelling = { permission: 'order.cancel', words: 'cancel orders', lowers: true } as const;
const users = { permission: 'user.manage', words: 'manage users' } as const;
const accounts = { permission: 'service-account.manage', words: 'manage service accounts' } as const;
const restricting = { permission: 'restriction.manage', words: 'change the restricted list' } as const;
const replaying = { permission: 'replay.control', words: 'drive a replay' } as const;
const quarantining = { permission: 'quarantine.manage', words: 'quarantine an instrument' } as const;
const holding = { permission: 'retention.manage', words: 'place or lift a hold' } as const;

const NEEDS: Readonly<Record<Command['type'], Need>> = {
  'halt.press': halting,
  'halt.cancel-all': halting,
  'halt.take-back': { permission: 'halt.take-back', words: 'take a halt back' },
  'halt.release': { permission: 'halt.release', words: 'release a halt' },
  'order.place': { permission: 'order.place', words: 'place orders', requirement: 'R-11' },
  'order.cancel': cancelling,
  'order.cancel-all': cancelling,
  'alarm.acknowledge': { permission: 'alarm.acknowledge', words: 'acknowledge alarms', lowers: true },
  'user.create': users,
  'user.change': users,
  'user.remove': users,
  'user.link': users,
  // One's own; whose it is, is looked at by its owner.
  'session.revoke': { permission: 'anyone', words: 'revoke sessions' },
  'wall.link': { permission: 'session.manage', words: 'set up a wall display' },
  'service-account.create': accounts,
  'service-account.rotate': accounts,
  'service-account.revoke': accounts,
  'restriction.add': restricting,
  'restriction.remove': restricting,
  'note.add': { permission: 'note.write', words: 'write in the log book' },
  'review.certify': { permission: 'review.certify', words: 'certify the yearly review' },
  'report.make': { permission: 'report.make', words: 'make reports' },
  'hold.place': holding,
  'hold.lift': holding,
  'retention.prune': { permission: 'retention.manage', words: 'remove old records' },
  'quarantine.place': quarantining,
  'quarantine.lift': quarantining,
  'replay.pause': replaying,
  'replay.resume': replaying,
  'replay.speed': replaying,
  'replay.seek': replaying,
};

export interface Forbidden extends Refusal {
  readonly rule: RuleOf | null;
}

/** Why this session may not do this now; null when it may. */
export function checkAuthority(
  identity: Pick<Identity, 'role' | 'authority' | 'may' | 'view'>,
  command: Command,
): Forbidden | null {
  const need = NEEDS[command.type];
  if (identity.view.kind === 'wall') {
    return forbidden('wall-watches', `A wall display watches only; sign in to ${need.words}.`, null);
  }
  if (need.permission !== 'anyone' && !identity.may(need.permission)) {
    const { requirement } = need;
    const rule = requirement === undefined ? null : unauthorised(requirement, need.permission, identity.role);
    return forbidden('not-allowed', `The role ${identity.role} may not ${need.words}.`, rule);
  }
  if (identity.authority === 'watching' && !need.lowers && !takesBack(command)) {
    const sentence =
      'Your session of 12 hours is over: it watches, halts, cancels, reduces and acknowledges. Renew it to do more.';
    return forbidden('session-over', sentence, null);
  }
  return null;
}

/** An order that only takes a position back: the gate holds it to that. */
function takesBack(command: Command): boolean {
  return command.type === 'order.place' && command.order.reduceOnly;
}

/** A sender without the right to do it, as a rule of the gate would say it. */
export function unauthorised(requirement: string, limit: string, observed: string): RuleOf {
  return { rule: 'unauthorised', requirement, limit, observed };
}

const forbidden = (code: string, sentence: string, rule: RuleOf | null): Forbidden => ({
  code,
  sentence,
  rule,
});
