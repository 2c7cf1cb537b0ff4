import type { Refusal } from '../../protocol/result.ts';
import { isLoopback } from './addresses.ts';
import type { ConfigFile } from './schema.ts';

type Listening = ConfigFile['console'];

/**
 * Whether the console may be served as the configuration says: other machines reach it by TLS only,
 * ended here or by a proxy that is named. Null when all is well.
 */
export function checkListening(listening: Listening): Refusal | null {
  const { host, tls_cert: cert, tls_key: key, trusted_proxies: proxies, allowed_hosts: names } = listening;
  if (key !== undefined && cert === undefined) return issue('tls_key', 'is given without console.tls_cert.');
  if (listening.redirect_port !== undefined && cert === undefined) {
    return issue('redirect_port', 'sends people to https, and there is no console.tls_cert.');
  }
  if (isLoopback(host)) return null;
  if (cert === undefined && proxies.length === 0) {
    return issue(
      'host',
      `is ${host}, which other machines reach: give tls_cert and tls_key, or name the proxy that ends TLS in trusted_proxies.`,
    );
  }
  if (names.length === 0) {
    return issue(
      'allowed_hosts',
      `names nothing, and ${host} is reached by other machines: say what this console is called.`,
    );
  }
  return null;
}

/** Whether browsers reach the console by https, here or at the proxy: cookies are `Secure` then. */
export const isByTls = (console: {
  readonly tls: object | null;
  readonly trustedProxies: readonly string[];
}): boolean => console.tls !== null || console.trustedProxies.length > 0;

/** Where people open the console. Under TLS the first allowed name is its name. */
export function consoleAddress(
  console: {
    readonly tls: object | null;
    readonly trustedProxies: readonly string[];
    readonly allowedHosts: readonly string[];
  },
  port: number,
): string {
  const scheme = isByTls(console) ? 'https' : 'http';
  const name = scheme === 'https' ? console.allowedHosts[0] : undefined;
  if (name !== undefined) return `${scheme}://${name}`;
  // A proxy on this machine that has no name of its own: what it serves is not ours to know.
  return `${console.tls ? 'https' : 'http'}://localhost:${port}`;
}

const issue = (key: string, what: string): Refusal => ({
  code: 'config-invalid',
  sentence: `console.${key} ${what}`,
});
