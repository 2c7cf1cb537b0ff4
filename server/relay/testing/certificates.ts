/** Certificates made for one test by the machine's own `openssl`. */
import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';

export interface Pair {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Whether there is an `openssl` here; in CI there must be. */
export function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'pipe' });
    return true;
  } catch (error) {
    if (process.env['CI'] !== undefined) throw error;
    return false;
  }
}

/** A self-signed pair for these names, good for so many days from now on (-1: over already). */
export function makePair(
  folder: string,
  name: string,
  days = 30,
  hosts = ['localhost', 'desk.example'],
): Pair {
  const certFile = join(folder, `${name}.crt`);
  const keyFile = join(folder, `${name}.key`);
  const request = ['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const names = hosts.map((host) => `DNS:${host}`).join(',');
  const rest = [
    '-subj',
    '/CN=cwts',
    '-addext',
    `subjectAltName=${names}`,
    '-keyout',
    keyFile,
    '-out',
    certFile,
  ];
  if (days >= 0) execFileSync('openssl', [...request, '-days', String(days), ...rest], { stdio: 'pipe' });
  else {
    // `req` makes none that is over; signing it anew does.
    execFileSync('openssl', [...request, '-days', '1', ...rest], { stdio: 'pipe' });
    const resign = ['x509', '-in', certFile, '-signkey', keyFile, '-days', String(days), '-out', certFile];
    execFileSync('openssl', resign, { stdio: 'pipe' });
  }
  chmodSync(keyFile, 0o600);
  return { certFile, keyFile };
}
