import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate for `localhost` that nobody signed, made by the machine's own `openssl`. */
export function makeCertificate(folder: string): { readonly certFile: string; readonly keyFile: string } {
  const [certFile, keyFile] = [join(folder, 'console.crt'), join(folder, 'console.key')];
  const request = ['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const named = ['-subj', '/CN=cwts', '-addext', 'subjectAltName=DNS:localhost', '-days', '30'];
  execFileSync('openssl', [...request, ...named, '-keyout', keyFile, '-out', certFile], { stdio: 'pipe' });
  chmodSync(keyFile, 0o600);
  return { certFile, keyFile };
}
