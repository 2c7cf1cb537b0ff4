import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { unseal } from './seal.ts';
import type { User } from './state.ts';

/** A secret of 32 bytes in a file of its own, mode 600: read, or made when it is not there. */
export function loadOrMakeKey(file: string): Result<{ readonly key: Buffer; readonly made: boolean }> {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) {
    const key = randomBytes(32);
    writePrivateFile(file, `${key.toString('base64url')}\n`);
    return ok({ key, made: true });
  }
  if ((stat.mode & 0o077) !== 0) {
    return refuse('key-file-open', `${file} can be read by others; it must be mode 600.`);
  }
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
  if (key.length !== 32) return refuse('key-file-invalid', `${file} does not hold a key of 32 bytes.`);
  return ok({ key, made: false });
}

/**
 * The key that seals the users' secrets. Made at the first start only: when somebody has
 * enrolled, a missing or another key would lock everybody out of halting, one by one and in silence.
 */
export function loadSealingKey(file: string, users: Iterable<User>): Result<Buffer> {
  const enrolled = [...users].flatMap(({ id, totp, password }) =>
    [
      totp === null ? [] : [{ id, sealed: totp, what: 'totp' }],
      password === null ? [] : [{ id, sealed: password, what: 'password' }],
    ].flat(),
  );
  if (enrolled.length > 0 && !existsSync(file)) {
    const sentence = `${file} is missing: without it nobody who enrolled can give a code. Restore it from a backup, or start with a new data directory.`;
    return refuse('secrets-key-missing', sentence);
  }
  const loaded = loadOrMakeKey(file);
  if (!loaded.ok) return loaded;
  const { key } = loaded.value;
  const locked = enrolled.find(({ id, sealed, what }) => unseal(sealed, `${what}:${id}`, key) === null);
  if (!locked) return ok(key);
  return refuse(
    'secrets-key-wrong',
    `${file} is not the key that sealed the secret of ${locked.id}; restore the right one from a backup.`,
  );
}

/** Writes a file of mode 600 whole or not at all, durable. */
export function writePrivateFile(file: string, text: string): void {
  const draft = `${file}.${process.pid}.new`;
  const fd = openSync(draft, 'w', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(draft, file);
}
