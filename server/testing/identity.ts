import { createHash } from 'node:crypto';
import type { Result } from '../../protocol/result.ts';
import type { UserId } from '../../protocol/units.ts';
import type { AuditEntry } from '../audit/record.ts';
import { Auth } from '../auth/auth.ts';
import { foldAuth } from '../auth/entries.ts';
import { emptyAuth, type AuthState } from '../auth/state.ts';
import { codeAt } from '../auth/totp.ts';
import { ManualClock } from './manual-clock.ts';

export const operator = 'operator' as UserId;
export const second = 'second' as UserId;
export const sealingKey = Buffer.alloc(32, 7);
export const USERS = [
  { id: operator, name: 'Operator', role: 'trader' },
  { id: second, name: 'Second', role: 'risk-manager' },
] as const;

/** Identity on a clock and a log of the test's own. */
export class TestIdentity {
  readonly clock = new ManualClock();
  readonly entries: AuditEntry[] = [];
  broken = false;
  #seed = 0;
  readonly #options = {
    clock: this.clock,
    sealingKey,
    randomBytes: (count: number) =>
      createHash('shake256', { outputLength: count }).update(String(this.#seed++)).digest(),
    log: {
      append: (entry: AuditEntry) => {
        if (this.broken) return Promise.reject(new Error('broken'));
        this.entries.push(entry);
        return Promise.resolve();
      },
      appendNow: (entry: AuditEntry) => void this.entries.push(entry),
    },
  };
  auth = new Auth(this.#options);

  static async open(): Promise<TestIdentity> {
    const desk = new TestIdentity();
    await desk.auth.ensureUsers(USERS);
    return desk;
  }

  /** What the log says, and nothing else. */
  state(): AuthState {
    return this.entries.reduce(foldAuth, emptyAuth);
  }

  /** What a restart knows: the fold of the log. */
  restart(): void {
    this.auth = new Auth(this.#options, this.state());
  }

  code(secret: string, steps = 0): string {
    return codeAt(secret, this.clock.wallMicros() / 1e6 + steps * 30);
  }

  async enrol(user: UserId): Promise<{ secret: string; cookie: string }> {
    const { token } = value(await this.auth.makeLink(user, 'test'));
    const secret = value(this.auth.startEnrolment(token)).secret ?? '';
    const { cookie } = value(await this.auth.finishEnrolment(token, this.code(secret), '127.0.0.1'));
    return { secret, cookie };
  }
}

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.sentence);
  return result.value;
}

export const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.error.code);
