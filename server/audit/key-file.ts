import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { loadSecret } from '../config/secrets.ts';
import { HeadSigner } from './signer.ts';

export interface AuditKeyPlaces {
  /** The key's file, outside the log's folder. */
  readonly file: string;
  /** The log's own word on whether it has been signed before. */
  readonly verifierFile: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Writes a file of mode 600 whole or not at all. */
  readonly write: (file: string, text: string) => void;
}

/**
 * The key that signs the log's heads: from a systemd credential, the environment or its file (mode
 * 600); made at the first start. A log that was signed before is never given another key in silence.
 */
export function loadAuditKey({ file, verifierFile, environment, write }: AuditKeyPlaces): Result<HeadSigner> {
  const there = existsSync(file) ? file : null;
  const secret = loadSecret({ name: 'audit-key', file: there, environment });
  if (!secret.ok) return secret;
  if (secret.value !== null) {
    const { where, text } = secret.value;
    const signer = HeadSigner.fromPem(text);
    return signer.ok
      ? signer
      : refuse(signer.error.code, `The audit log's key in ${where} ${signer.error.sentence}.`);
  }
  if (existsSync(verifierFile)) {
    return refuse(
      'audit-key-missing',
      `${file} is missing: it is the key that signs the audit log. Restore it from a backup; see docs/runbooks/audit-damaged.md.`,
    );
  }
  const signer = HeadSigner.generate();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  write(file, signer.toPem());
  return ok(signer);
}
