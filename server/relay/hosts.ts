/**
 * Which requests are for us. A name that we do not answer to (DNS rebinding) and a page of another
 * origin are refused before anything else is looked at; socket.io's `cors` does not do it for a
 * WebSocket, so both go through here. Pure.
 */
export type HostVerdict =
  | { readonly kind: 'ours' }
  /** A page asked for by number: a passkey and a cookie need the name. */
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'foreign' };

const NUMBERS = new Set(['127.0.0.1', '[::1]']);

/** `host`: the Host header. `names`: what we answer to, `localhost:<port>` among them; `address`: where we are. */
export function checkHost(
  host: string | undefined,
  {
    port,
    names,
    address,
  }: { readonly port: number; readonly names: ReadonlySet<string>; readonly address: string },
): HostVerdict {
  if (host === undefined) return { kind: 'foreign' };
  const name = host.toLowerCase();
  if (names.has(name)) return { kind: 'ours' };
  const isOurs = (number: string): boolean =>
    name === `${number}:${port}` || (name === number && port === defaultPort(address));
  if ([...NUMBERS].some(isOurs)) return { kind: 'redirect', to: address };
  return { kind: 'foreign' };
}

/** What we answer to on this port. */
export function ownNames(
  port: number,
  allowedHosts: readonly string[],
  address: string,
): ReadonlySet<string> {
  const names = new Set(allowedHosts.map((name) => name.toLowerCase()));
  names.add(`localhost:${port}`);
  if (port === defaultPort(address)) names.add('localhost');
  return names;
}

/** The page that asks must be ours: an Origin is required and names the very host it asks, by TLS if we were. */
export function isOwnOrigin(
  origin: string | undefined,
  host: string | undefined,
  by: 'tls' | 'plain' = 'plain',
): boolean {
  if (origin === undefined || host === undefined || !URL.canParse(origin)) return false;
  const url = new URL(origin);
  const isHttp = url.protocol === 'https:' || (by === 'plain' && url.protocol === 'http:');
  return isHttp && url.host === host.toLowerCase();
}

const defaultPort = (address: string): number => (address.startsWith('https:') ? 443 : 80);
