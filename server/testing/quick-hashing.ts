import { createHash } from 'node:crypto';
import { ok, type Result } from '../../protocol/result.ts';
import type { PasswordHashing } from '../auth/hashing.ts';

/** Hashing that takes no time: for tests of everything but hashing. `hold`: answers wait until `release`. */
export class QuickHashing implements PasswordHashing {
  hold = false;
  readonly asked: string[] = [];
  readonly #held: (() => void)[] = [];

  async hash(password: string, owner: string): Promise<Result<string>> {
    await this.#turn(owner);
    return ok(digest(password));
  }

  async verify(hash: string, password: string, owner: string): Promise<Result<boolean>> {
    await this.#turn(owner);
    return ok(hash === digest(password));
  }

  release(): void {
    this.hold = false;
    for (const go of this.#held.splice(0)) go();
  }

  #turn(owner: string): Promise<void> {
    this.asked.push(owner);
    return this.hold ? new Promise((resolve) => this.#held.push(resolve)) : Promise.resolve();
  }
}

const digest = (password: string): string => createHash('sha256').update(password).digest('hex');
