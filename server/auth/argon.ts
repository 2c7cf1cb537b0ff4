/** argon2id as RFC 9106 and OWASP have it for interactive sign-in: 19 MiB, two passes, one lane. */
import { hashSync, verifySync } from '@node-rs/argon2';

export interface ArgonCost {
  readonly memoryKib: number;
  readonly passes: number;
}
export const ARGON_COST: ArgonCost = { memoryKib: 19_456, passes: 2 };

/** Argon2id is the package's default. Synchronous: call it in a thread of its own (the asynchronous one fills the pool that carries fdatasync). */
export function argonHash(password: string, { memoryKib, passes }: ArgonCost = ARGON_COST): string {
  return hashSync(password.normalize('NFKC'), {
    memoryCost: memoryKib,
    timeCost: passes,
    parallelism: 1,
  });
}

export function argonVerify(hash: string, password: string): boolean {
  return verifySync(hash, password.normalize('NFKC'));
}
