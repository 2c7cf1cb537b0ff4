/** The certificate and key that the public port is served with: read, checked, and named when wrong. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { loadSecret, reasonOf } from '../config/secrets.ts';

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string | null;
}

export interface Certificate {
  /** PEM, the whole chain. */
  readonly cert: string;
  readonly key: string;
  /** Unix ms. */
  readonly validTo: number;
  /** Whom it names, as OpenSSL lists them. */
  readonly names: string;
}

/** `names`: host names (with or without port) that it must be good for. */
export function readCertificate(
  { certFile, keyFile }: CertificateFiles,
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  nowMs: number,
): Result<Certificate> {
  const secret = loadSecret({ name: 'tls-key', file: keyFile, environment });
  if (!secret.ok) return secret;
  if (secret.value === null) {
    return refuse(
      'key-missing',
      'The certificate’s key is missing: console.tls_key, CWTS_TLS_KEY, or systemd.',
    );
  }
  const { text: key, where } = secret.value;
  let cert: string;
  let leaf: X509Certificate;
  try {
    cert = readFileSync(certFile, 'utf8');
  } catch (error) {
    return refuse('certificate-unreadable', `${certFile} can't be read: ${reasonOf(error)}.`);
  }
  try {
    leaf = new X509Certificate(cert);
  } catch {
    return refuse('certificate-invalid', `${certFile} is not a certificate in PEM.`);
  }
  const from = Date.parse(leaf.validFrom);
  const validTo = Date.parse(leaf.validTo);
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  if (nowMs > validTo) {
    return refuse('certificate-expired', `The certificate ${certFile} expired on ${day(validTo)} UTC.`);
  }
  if (nowMs < from) {
    return refuse('certificate-early', `The certificate ${certFile} is good only from ${day(from)} UTC on.`);
  }
  const covers = (name: string): boolean =>
    (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined;
  const stranger = names.map(bare).find((name) => !covers(name));
  if (stranger !== undefined) {
    return refuse('certificate-name', `The certificate ${certFile} is not for ${stranger}.`);
  }
  const privateKey = parseKey(key, where);
  if (!privateKey.ok) return privateKey;
  if (!leaf.checkPrivateKey(privateKey.value)) {
    return refuse('certificate-key', `${where} is not the key of the certificate ${certFile}.`);
  }
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    // OpenSSL's own reason ("ee key too small"); it never quotes the key.
    const reason = (error as { reason?: string }).reason ?? 'it is not accepted';
    return refuse('certificate-invalid', `The certificate ${certFile} can't be used: ${reason}.`);
  }
  return ok({ cert, key, validTo, names: leaf.subjectAltName ?? leaf.subject });
}

function parseKey(key: string, where: string): Result<KeyObject> {
  if (/-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(key)) {
    return refuse('key-encrypted', `${where} needs a passphrase, and nobody is there to type it at a start.`);
  }
  try {
    return ok(createPrivateKey(key));
  } catch {
    return refuse('key-invalid', `${where} is not a private key in PEM.`);
  }
}

/** A host as a `Host` header has it, without its port and an IPv6 address's brackets. */
const bare = (host: string): string =>
  isIP(host) !== 0 ? host : host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
