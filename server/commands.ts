import { createHash } from 'node:crypto';
import { envelopeSchema, SHOWING, type Envelope, type Reply } from '../protocol/commands.ts';
import type { Micros } from '../protocol/units.ts';
import { AuditBroken } from './audit/log.ts';
import type { AuditEntry } from './audit/record.ts';
import type { Identity } from './auth/identity.ts';
import type { Clock } from './clock.ts';
import type { Asked, Handlers } from './commands/asked.ts';
import { checkAuthority } from './commands/authority.ts';
import { haltCommands, type HaltCommandParts } from './commands/halt.ts';
import { orderCommands, type OrderCommandParts } from './commands/orders.ts';
import { recordCommands, type RecordCommandParts } from './commands/records.ts';
import { quarantineCommands, type QuarantineCommandParts } from './commands/quarantine.ts';
import { replayCommands, type ReplayCommandParts } from './commands/replay.ts';
import { Refusals } from './commands/refusals.ts';
import { serviceCommands, type ServiceCommandParts } from './commands/service-accounts.ts';
import type { Spender } from './commands/spend.ts';
import { userCommands, type UserCommandParts } from './commands/users.ts';

type Own = 'clock' | 'auth' | 'refusals';
export interface CommandParts
  extends
    Omit<HaltCommandParts, Own>,
    Omit<OrderCommandParts, Own>,
    Omit<UserCommandParts, Own>,
    Omit<ServiceCommandParts, Own>,
    Omit<RecordCommandParts, Own>,
    Omit<ReplayCommandParts, Own>,
    Omit<QuarantineCommandParts, Own> {
  readonly clock: Clock;
  /** `active`: a person acted in this session. */
  readonly auth: Spender & { active(identity: Identity): void };
  /** Refusals go here; a flood of them is written as one. */
  readonly log: { appendNow(entry: AuditEntry): unknown };
}

/** How a command came in. A socket's answers may be logged on their way: no secret goes there. */
export interface Way {
  readonly by: 'socket' | 'http';
  readonly address: string;
}

interface Remembered {
  readonly digest: string;
  readonly reply: Promise<Reply>;
}

/** Far more than people press within a command's life; the oldest is forgotten first. */
const REMEMBERED = 10_000;
/** A repeated command is shown its secret again for so long: the first answer may have been lost. */
const SHOWN_MS = 30_000;

/**
 * Every command's way in, whoever carried it: form, authority, expiry, once, factor, then its owner.
 * A halt's press goes straight through in the tick in which it came.
 */
export class Commands {
  readonly #parts: CommandParts;
  readonly #refusals: Refusals;
  readonly #handlers: Handlers;
  readonly #remembered = new Map<string, Remembered>();

  constructor(parts: CommandParts) {
    this.#parts = parts;
    this.#refusals = new Refusals(parts.log);
    const all = { ...parts, refusals: this.#refusals };
    this.#handlers = {
      ...haltCommands(all),
      ...orderCommands(all),
      ...userCommands(all),
      ...serviceCommands(all),
      ...recordCommands(all),
      ...replayCommands(all),
      ...quarantineCommands(all),
    };
  }

  /** `identity`: who the session says it is, now; never the caller's own word. */
  execute(raw: unknown, identity: Identity | null, way: Way): Promise<Reply> {
    const arrivedAt = this.#parts.clock.wallMicros();
    const nobody = (code: string, sentence: string): Promise<Reply> =>
      Promise.resolve(this.#refusals.ofNobody({ code, sentence }, identity, way.address));
    const parsed = envelopeSchema.safeParse(raw);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const where = issue && issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
      return nobody('bad-command', `This is not a command of this version${where}.`);
    }
    if (!identity) return nobody('not-signed-in', 'You are not signed in, or your session is over.');
    return this.#once(parsed.data, identity, arrivedAt, way);
  }

  #once(envelope: Envelope, identity: Identity, arrivedAt: Micros, way: Way): Promise<Reply> {
    const { command } = envelope;
    const asked: Asked = { command, identity, arrivedAt };
    const no = (code: string, sentence: string): Promise<Reply> =>
      Promise.resolve(this.#refusals.of(asked, { code, sentence }));
    const key = `${identity.user} ${envelope.id}`;
    // Its digest only: a command may hold a code, and a code is not kept.
    const digest = createHash('sha256').update(JSON.stringify(command)).digest('base64');
    if (SHOWING.has(command.type) && way.by !== 'http') {
      return no('http-only', 'What shows a secret is asked by POST /api/v1/commands only.');
    }
    const before = this.#remembered.get(key);
    if (before?.digest === digest) return before.reply;
    if (before) return no('id-reused', 'Another command was sent under this id already.');
    if (command.type !== 'halt.press' && envelope.expiresAt <= arrivedAt) {
      return no('expired', 'This command came too late and was not carried out.');
    }
    const forbidden = checkAuthority(identity, command);
    if (forbidden) return Promise.resolve(this.#refusals.of(asked, forbidden));
    const reply = this.#carryOut(asked);
    this.#parts.auth.active(identity);
    this.#remember(key, { digest, reply });
    if (SHOWING.has(command.type)) void this.#forgetSecret(key, { digest, reply });
    return reply;
  }

  async #carryOut(asked: Asked): Promise<Reply> {
    // The compiler has seen that each kind's handler takes that kind; it can't follow one by its key.
    const handler = this.#handlers[asked.command.type] as (asked: Asked) => Reply | Promise<Reply>;
    try {
      return await handler(asked);
    } catch (error) {
      if (!(error instanceof AuditBroken)) throw error;
      const sentence = 'The audit log can’t be written; nothing was done.';
      return this.#refusals.of(asked, { code: 'audit-broken', sentence });
    }
  }

  #remember(key: string, remembered: Remembered): void {
    this.#remembered.set(key, remembered);
    for (const oldest of this.#remembered.keys()) {
      if (this.#remembered.size <= REMEMBERED) break;
      this.#remembered.delete(oldest);
    }
  }

  /** Shown once: after a while memory has the answer without its secret. */
  async #forgetSecret(key: string, { digest, reply }: Remembered): Promise<void> {
    const answer = await reply.catch(() => null);
    if (!answer?.ok || answer.shown === undefined) return;
    this.#parts.clock.setTimer(SHOWN_MS, () => {
      if (!this.#remembered.has(key)) return;
      const { shown: _shown, ...rest } = answer;
      const sentence = 'This was done; what it showed is not shown again.';
      this.#remembered.set(key, { digest, reply: Promise.resolve({ ...rest, sentence }) });
    });
  }
}
