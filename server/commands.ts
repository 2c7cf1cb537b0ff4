import { ensureNever } from '../protocol/assert.ts';
import {
  envelopeSchema,
  type Command,
  type Envelope,
  type Factor,
  type Reply,
} from '../protocol/commands.ts';
import type { Refusal } from '../protocol/result.ts';
import type { Role } from '../protocol/session.ts';
import type { HaltId, Micros } from '../protocol/units.ts';
import type { AuditEntry } from './audit/record.ts';
import type { Auth } from './auth/auth.ts';
import type { Identity } from './auth/identity.ts';
import type { Clock } from './clock.ts';
import type { Halt } from './halt/halt.ts';
import type { HaltRequest } from './halt/machine.ts';
import type { Alarms } from './health/alarms.ts';
import type { OrderDesk } from './orders/desk.ts';

export interface CommandParts {
  readonly clock: Clock;
  readonly auth: Pick<Auth, 'spendFactor'>;
  readonly desk: Pick<OrderDesk, 'place' | 'cancel' | 'cancelAll'>;
  readonly halt: Pick<Halt, 'press' | 'cancelAll' | 'takeBack' | 'release' | 'wouldAccept'>;
  readonly alarms: Pick<Alarms, 'acknowledge'>;
  readonly log: { appendNow(entry: AuditEntry): void };
}

interface Remembered {
  readonly body: string;
  readonly reply: Promise<Reply>;
}

/** Far more than people press within a command's life; the oldest is forgotten first. */
const REMEMBERED = 10_000;
const STILL_CANCELLING_MS = 4000;

/**
 * Every command's way in, whoever carried it: form, authority, expiry, once, factor, then its owner.
 * A halt's press goes straight through in the tick in which it came.
 */
export class Commands {
  readonly #parts: CommandParts;
  readonly #remembered = new Map<string, Remembered>();

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  /** `identity`: who the session says it is, now; never the caller's own word. */
  execute(raw: unknown, identity: Identity | null): Promise<Reply> {
    const arrivedAt = this.#parts.clock.wallMicros();
    const parsed = envelopeSchema.safeParse(raw);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const where = issue && issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
      return no('bad-command', `This is not a command of this version${where}.`);
    }
    if (!identity) return no('not-signed-in', 'You are not signed in, or your session is over.');
    return this.#once(parsed.data, identity, arrivedAt);
  }

  #once(envelope: Envelope, identity: Identity, arrivedAt: Micros): Promise<Reply> {
    const key = `${identity.user} ${envelope.id}`;
    const body = JSON.stringify(envelope.command);
    const before = this.#remembered.get(key);
    if (before) {
      if (before.body === body) return before.reply;
      return no('id-reused', 'Another command was sent under this id already.');
    }
    const { command } = envelope;
    const press = command.type === 'halt.press';
    if (!press && envelope.expiresAt <= arrivedAt) {
      return no('expired', 'This command came too late and was not carried out.');
    }
    const forbidden = checkAuthority(identity.role, command.type);
    if (forbidden) {
      this.#refused(identity.user, command.type, forbidden.code);
      return no(forbidden.code, forbidden.sentence);
    }
    const reply = this.#carryOut(command, identity, arrivedAt);
    this.#remembered.set(key, { body, reply });
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= REMEMBERED) break;
      this.#remembered.delete(oldest);
    }
    return reply;
  }

  #carryOut(command: Command, { user }: Identity, arrivedAt: Micros): Promise<Reply> {
    const { halt, desk, alarms, clock } = this.#parts;
    switch (command.type) {
      case 'halt.press':
        return Promise.resolve(halt.press(command.haltId, user, command.reason, arrivedAt));
      case 'halt.cancel-all':
        return this.#withFactor('cancel-all', command, user, () =>
          this.#soonEnough(halt.cancelAll(command.haltId, user)),
        );
      case 'halt.take-back':
        return this.#withFactor('take-back', command, user, () =>
          halt.takeBack(command.haltId, user, command.reason),
        );
      case 'halt.release':
        return this.#withFactor('release', command, user, () =>
          halt.release(command.haltId, user, command.reason),
        );
      case 'order.place':
        return desk.place(command.order, { kind: 'user', id: user });
      case 'order.cancel':
        return desk.cancel(command.orderId, { kind: 'user', id: user });
      case 'order.cancel-all':
        return desk.cancelAll({ kind: 'user', id: user });
      case 'alarm.acknowledge': {
        const done = alarms.acknowledge(command.alarmId, user, command.comment);
        if (!done.ok) return no(done.error.code, done.error.sentence);
        return Promise.resolve({ ok: true, sentence: done.value, at: clock.wallMicros(), orderId: null });
      }
      default:
        return ensureNever(command);
    }
  }

  /** Consoles wait 5 s for an answer: one that says where it stands comes before that. */
  #soonEnough(reply: Promise<Reply>): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const cancel = this.#parts.clock.setTimer(STILL_CANCELLING_MS, () => {
        const sentence = 'Cancels are out; not every venue is confirmed at zero yet, and cancelling goes on.';
        resolve({ ok: false, code: 'not-confirmed-yet', sentence, rule: null });
      });
      reply.finally(cancel).then(resolve, reject);
    });
  }

  /** A code is good once: it is asked for only when the halt would do what it is for. */
  async #withFactor(
    kind: Exclude<HaltRequest['kind'], 'press'>,
    { haltId, factor }: { readonly haltId: HaltId; readonly factor: Factor },
    user: Identity['user'],
    act: () => Reply | Promise<Reply>,
  ): Promise<Reply> {
    const { halt, auth } = this.#parts;
    const answer = halt.wouldAccept({ kind, haltId, by: user });
    if (!answer.ok) {
      this.#refused(user, `halt.${kind}`, answer.error.code);
      return no(answer.error.code, answer.error.sentence);
    }
    const purpose = kind === 'cancel-all' ? 'halt' : kind;
    const spent = await auth.spendFactor(user, purpose, factor.code);
    if (!spent.ok) return no(spent.error.code, spent.error.sentence);
    return act();
  }

  #refused(actor: Identity['user'], command: Command['type'], code: string): void {
    const details = { code, command };
    this.#parts.log.appendNow({ actor, action: 'command.refused', scope: 'firm', details });
  }
}

/**
 * What a role may not do; null when it may. What lowers risk (a halt, a cancel, an acknowledgement)
 * is everybody's who is signed in.
 */
export function checkAuthority(role: Role, type: Command['type']): Refusal | null {
  switch (type) {
    case 'halt.press':
    case 'halt.cancel-all':
    case 'order.cancel':
    case 'order.cancel-all':
    case 'alarm.acknowledge':
      return null;
    case 'halt.take-back':
    case 'halt.release':
      if (role !== 'viewer') return null;
      return { code: 'not-allowed', sentence: 'A viewer may halt, but not return to trading.' };
    case 'order.place':
      if (role === 'trader' || role === 'risk-manager' || role === 'administrator') return null;
      return { code: 'not-allowed', sentence: `The role ${role} may not place orders.` };
    default:
      return ensureNever(type);
  }
}

function no(code: string, sentence: string): Promise<Reply> {
  return Promise.resolve({ ok: false, code, sentence, rule: null });
}
