/**
 * Where a secret may come from, and nowhere else: an environment variable, a file of mode 600 that
 * is this user's own, or a credential that systemd hands over (`$CREDENTIALS_DIRECTORY`). Never the
 * configuration itself, which is read by others, nor the command line, which every user can list.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ok, refuse, type Result } from '../../protocol/result.ts';

export interface SecretSources {
  /** In the environment as `CWTS_<NAME>`, as a systemd credential `cwts.<name>`: `venue-key`. */
  readonly name: string;
  /** The file that the configuration names, absolute; null = none. */
  readonly file: string | null;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Another variable than `CWTS_<NAME>`, where the world knows one: `DATABASE_URL`. */
  readonly variable?: string;
  /** This process's user; null where the system has none. A test sets it. */
  readonly uid?: number | null;
}

/** A whole secret with where it was found; null when no source has it. */
export interface Secret {
  readonly text: string;
  readonly from: 'environment' | 'file' | 'credential';
  /** As a sentence names it: `/etc/cwts/venue.key`, `the environment (CWTS_VENUE_KEY)`. */
  readonly where: string;
}

export function loadSecret(sources: SecretSources): Result<Secret | null> {
  const found = [fromCredential(sources), fromFile(sources), fromEnvironment(sources)];
  const given: Secret[] = [];
  for (const one of found) {
    if (one === null) continue;
    if (!one.ok) return one;
    given.push(one.value);
  }
  const [first, second] = given;
  if (first && second && first.text !== second.text) {
    return refuse(
      'secret-twice',
      `The secret ${sources.name} is given by ${first.where} and, differently, by ${second.where}; keep one.`,
    );
  }
  return ok(first ?? null);
}

/** The file as a secret's file must be: there, plain, this user's own, closed to all others. */
export function readSecretFile(file: string, uid: number | null = ownUid()): Result<string> {
  try {
    const { mode, uid: owner, ...stat } = statSync(file);
    if (!stat.size && !isPlain(mode)) return refuse('key-file-unreadable', `${file} is not a file.`);
    const bits = mode & 0o777;
    if ((bits & 0o077) !== 0) {
      return refuse(
        'key-file-open',
        `${file} can be read by others (mode ${bits.toString(8)}); it must be mode 600.`,
      );
    }
    if (uid !== null && owner !== uid) {
      return refuse(
        'key-file-owner',
        `${file} belongs to another user (${owner}); it must be this user's own (${uid}).`,
      );
    }
    return ok(readFileSync(file, 'utf8'));
  } catch (error) {
    return refuse('key-file-unreadable', `${file} can't be read: ${reasonOf(error)}.`);
  }
}

/** The system's reason without its call and path. */
export function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'it does not exist';
    case 'EACCES':
    case 'EPERM':
      return 'permission is denied';
    case 'EISDIR':
      return 'it is a folder';
    case 'ENOTDIR':
      return 'a file is in the way';
    default:
      return code ?? 'it is not well formed';
  }
}

/** What a command line must never carry: a password in an address, whatever the option. */
export function hidesPassword(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/@\s]*:[^/@\s]+@/i.test(text);
}

function fromEnvironment({ name, variable, environment }: SecretSources): Result<Secret> | null {
  const key = variable ?? `CWTS_${name.toUpperCase().replaceAll('-', '_')}`;
  const text = environment[key];
  if (text === undefined) return null;
  return whole(name, { text, from: 'environment', where: `the environment (${key})` });
}

function fromFile({ name, file, uid }: SecretSources): Result<Secret> | null {
  if (file === null) return null;
  const read = readSecretFile(file, uid);
  return read.ok ? whole(name, { text: read.value, from: 'file', where: file }) : read;
}

/** systemd keeps that folder for this service alone, so that its files' modes are its own affair. */
function fromCredential({ name, environment }: SecretSources): Result<Secret> | null {
  const folder = environment['CREDENTIALS_DIRECTORY'];
  if (folder === undefined) return null;
  const file = join(folder, `cwts.${name}`);
  try {
    return whole(name, {
      text: readFileSync(file, 'utf8'),
      from: 'credential',
      where: `the credential cwts.${name}`,
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    return refuse('credential-unreadable', `The credential cwts.${name} can't be read: ${reasonOf(error)}.`);
  }
}

function whole(name: string, secret: Secret): Result<Secret> {
  const text = secret.text.replace(/\r?\n$/, '');
  if (text.trim() === '') return refuse('secret-empty', `The secret ${name} is empty in ${secret.where}.`);
  return ok({ ...secret, text });
}

const isPlain = (mode: number): boolean => (mode & 0o170000) === 0o100000;
const ownUid = (): number | null => process.getuid?.() ?? null;
