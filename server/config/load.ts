import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { readConfig, type Config } from './config.ts';
import type { Overrides } from './overrides.ts';
import { looksLikePlaceholder } from './profile.ts';

/** An exchange account's credentials. They never reach a log, a record or a browser. */
export interface VenueKey {
  readonly key: string;
  readonly secret: string;
}

/** Reads and checks a configuration file. */
export function loadConfig(file: string, overrides: Overrides = {}): Result<Config> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return refuse('config-unreadable', `${file} can't be read: ${reasonOf(error)}.`);
  }
  const config = readConfig(text, file, overrides);
  if (!config.ok) return config;
  const replay = config.value.replay;
  if (replay && !statSync(replay.file, { throwIfNoEntry: false })) {
    return refuse('replay-missing', `The capture ${replay.file} does not exist.`);
  }
  return config;
}

const keySchema = z.strictObject({ key: z.string().min(1), secret: z.string().min(1) });

/**
 * The order venue's credentials: from its key file (TOML with `key` and `secret`, mode 600), or,
 * for a simulated exchange without one, the account that it opens by itself.
 */
export function loadVenueKey(
  config: Config,
  configFile: string,
  environment: Readonly<Record<string, string | undefined>>,
): Result<VenueKey> {
  const named = config.venue.keyFile;
  if (named === null) {
    return ok({
      key: environment['CWTS_SIM_KEY'] ?? 'sim-key',
      secret: environment['CWTS_SIM_SECRET'] ?? 'sim-secret',
    });
  }
  const file = resolve(dirname(configFile), named);
  let parsed;
  try {
    const mode = statSync(file).mode & 0o777;
    if ((mode & 0o077) !== 0) {
      return refuse(
        'key-file-open',
        `${file} can be read by others (mode ${mode.toString(8)}); it must be mode 600.`,
      );
    }
    parsed = keySchema.safeParse(parse(readFileSync(file, 'utf8')));
  } catch (error) {
    return refuse('key-file-unreadable', `${file} can't be read: ${reasonOf(error)}.`);
  }
  if (!parsed.success) return refuse('key-file-invalid', `${file} must hold a key and a secret, in TOML.`);
  const { key, secret } = parsed.data;
  if (config.profile === 'production' && (looksLikePlaceholder(key) || looksLikePlaceholder(secret))) {
    return refuse('key-placeholder', `${file} holds what looks like a placeholder; production refuses it.`);
  }
  return ok(parsed.data);
}

/** The system's reason without its call and path; a TOML error's could quote the secret, so none of it. */
function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
      return 'it does not exist';
    case 'EACCES':
      return 'permission is denied';
    case 'EISDIR':
      return 'it is a folder';
    case undefined:
      return 'it is not valid TOML';
    default:
      return code;
  }
}
