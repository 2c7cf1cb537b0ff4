import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { readConfig, type Config } from './config.ts';
import type { Overrides } from './overrides.ts';
import { looksLikePlaceholder } from './profile.ts';
import { loadSecret, reasonOf } from './secrets.ts';

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
  const missing = config.value.replay?.files.find((file) => !statSync(file, { throwIfNoEntry: false }));
  if (missing !== undefined) return refuse('replay-missing', `The capture ${missing} does not exist.`);
  return config;
}

const keySchema = z.strictObject({ key: z.string().min(1), secret: z.string().min(1) });

/**
 * The order venue's credentials, TOML with `key` and `secret`: from its key file, the environment
 * (`CWTS_VENUE_KEY`) or a systemd credential (`cwts.venue-key`); for a simulated exchange without
 * any, the account that it opens by itself.
 */
export function loadVenueKey(
  config: Config,
  configFile: string,
  environment: Readonly<Record<string, string | undefined>>,
): Result<VenueKey> {
  const named = config.venue.keyFile;
  const file = named === null ? null : resolve(dirname(configFile), named);
  const read = loadSecret({ name: 'venue-key', file, environment });
  if (!read.ok) return read;
  if (read.value === null) {
    if (!config.venue.simulated) {
      return refuse(
        'key-missing',
        'venue.key_file is missing: the account’s key comes from a file of mode 600, CWTS_VENUE_KEY, or systemd.',
      );
    }
    return ok({
      key: environment['CWTS_SIM_KEY'] ?? 'sim-key',
      secret: environment['CWTS_SIM_SECRET'] ?? 'sim-secret',
    });
  }
  const { text, where } = read.value;
  let parsed;
  try {
    parsed = keySchema.safeParse(parse(text));
  } catch {
    // The parser's own words could quote the secret: none of them.
    return refuse('key-file-unreadable', `${where} can't be read: it is not valid TOML.`);
  }
  if (!parsed.success) return refuse('key-file-invalid', `${where} must hold a key and a secret, in TOML.`);
  const { key, secret } = parsed.data;
  if (config.profile === 'production' && (looksLikePlaceholder(key) || looksLikePlaceholder(secret))) {
    return refuse('key-placeholder', `${where} holds what looks like a placeholder; production refuses it.`);
  }
  return ok(parsed.data);
}
