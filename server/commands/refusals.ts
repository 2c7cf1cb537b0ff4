import type { Command, Reply, RuleOf } from '../../protocol/commands.ts';
import type { Refusal } from '../../protocol/result.ts';
import type { AuditEntry } from '../audit/record.ts';
import { askedBy } from '../audit/who.ts';
import type { Identity } from '../auth/identity.ts';
import { whoOf, type Asked } from './asked.ts';

export type RefusedReply = Extract<Reply, { ok: false }>;

export function refused({ code, sentence }: Refusal, rule: RuleOf | null = null): RefusedReply {
  return { ok: false, code, sentence, rule };
}

/**
 * What is refused before its owner heard of it is a record all the same: who asked for what, and why
 * not. `log` writes a flood as one record with its count.
 */
export class Refusals {
  readonly #log: { appendNow(entry: AuditEntry): unknown };

  constructor(log: { appendNow(entry: AuditEntry): unknown }) {
    this.#log = log;
  }

  of({ identity, command }: Asked, why: Refusal & { readonly rule?: RuleOf | null }): RefusedReply {
    const { code, rule = null } = why;
    const details = { command: command.type, code, ...(rule ? { rule } : {}) };
    this.#log.appendNow({
      ...this.#author(identity, command),
      action: 'command.refused',
      scope: scopeOf(command),
      details,
    });
    return refused(why, rule);
  }

  /** Something that is no command, or comes from nobody who is signed in. */
  ofNobody(why: Refusal, identity: Identity | null, address: string): RefusedReply {
    const by = { session: null, role: null, address };
    const author = identity ? askedBy(whoOf(identity)) : { actor: 'unknown', by };
    const details = { command: null, code: why.code };
    this.#log.appendNow({ ...author, action: 'command.refused', scope: 'firm', details });
    return refused(why);
  }

  #author(
    identity: Identity,
    command: Command,
  ): Pick<AuditEntry, 'actor' | 'by' | 'order' | 'client' | 'reason'> {
    return {
      ...askedBy(whoOf(identity)),
      ...(command.type === 'order.cancel' ? { order: command.orderId } : {}),
      ...(command.type === 'order.place' ? { client: command.order.clientId } : {}),
      ...('reason' in command ? { reason: command.reason } : {}),
    };
  }
}

/** What a command is about, as its record would say it. */
function scopeOf(command: Command): string {
  switch (command.type) {
    case 'order.place':
      return command.order.symbol;
    case 'user.create':
    case 'user.change':
    case 'user.remove':
    case 'user.link':
      return `user:${command.user}`;
    case 'session.revoke':
      return `session:${command.session}`;
    case 'service-account.create':
    case 'service-account.rotate':
    case 'service-account.revoke':
      return `strategy:${command.account}`;
    case 'restriction.add':
    case 'restriction.remove':
      return `restriction:${command.name}`;
    case 'quarantine.place':
    case 'quarantine.lift':
      return `quarantine:${command.venue}:${command.symbol}`;
    case 'replay.pause':
    case 'replay.resume':
    case 'replay.speed':
    case 'replay.seek':
      return 'replay';
    case 'alarm.acknowledge':
      return `alarm:${command.alarmId}`;
    default:
      return 'firm';
  }
}
