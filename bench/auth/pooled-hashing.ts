import { hash, verify } from '@node-rs/argon2';
import { ok, type Result } from '../../protocol/result.ts';
import { ARGON_COST } from '../../server/auth/argon.ts';
import type { PasswordHashing } from '../../server/auth/hashing.ts';

/** The peer: the package's own asynchronous calls, on the pool that carries fdatasync, as many as come. */
export class PooledHashing implements PasswordHashing {
  async hash(password: string): Promise<Result<string>> {
    const { memoryKib, passes } = ARGON_COST;
    return ok(await hash(password, { memoryCost: memoryKib, timeCost: passes, parallelism: 1 }));
  }

  async verify(known: string, password: string): Promise<Result<boolean>> {
    return ok(await verify(known, password));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
