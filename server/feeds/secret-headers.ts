import { ok, refuse, type Result } from '../../protocol/result.ts';
import { loadSecret } from '../config/secrets.ts';
import type { Dialect } from './dialect.ts';

/** The headers that carry a dialect's secrets, from the environment or systemd's credentials. Code `secret-missing`. */
export function secretHeadersOf(
  { name, secretHeaders = {} }: Pick<Dialect, 'name' | 'secretHeaders'>,
  environment: Readonly<Record<string, string | undefined>>,
): Result<Readonly<Record<string, string>>> {
  const headers: Record<string, string> = {};
  for (const [header, secret] of Object.entries(secretHeaders)) {
    const loaded = loadSecret({ name: secret, file: null, environment });
    if (!loaded.ok) return loaded;
    if (!loaded.value) {
      const variable = `CWTS_${secret.toUpperCase().replaceAll('-', '_')}`;
      const sentence = `${name} needs the secret ${secret}: set ${variable}, or the systemd credential cwts.${secret}.`;
      return refuse('secret-missing', sentence);
    }
    headers[header] = loaded.value.text;
  }
  return ok(headers);
}
