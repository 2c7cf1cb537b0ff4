/**
 * Who stands at the door: the caller's own address and whether he came by TLS, directly or through
 * a proxy that is named. Asked before anything else, of requests and of sockets alike. Pure.
 */
import { isIP } from 'node:net';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { AddressSet, isLoopback, plainAddress } from '../config/addresses.ts';

/** How the public port may be reached. */
export interface Access {
  /** Own TLS: paths of PEM files; the key may come from the environment or systemd instead. */
  readonly tls: { readonly certFile: string; readonly keyFile: string | null } | null;
  /** Where plain HTTP is sent to https from; null = nowhere. */
  readonly redirectPort: number | null;
  readonly trustedProxies: readonly string[];
  /** Empty = everybody. */
  readonly allowedAddresses: readonly string[];
}

/** This machine only, as `npm run up` serves. */
export const PLAIN: Access = { tls: null, redirectPort: null, trustedProxies: [], allowedAddresses: [] };

export interface Caller {
  readonly address: string;
  readonly isSecure: boolean;
}

/** What the door looks at of a request. */
export interface Knock {
  readonly remoteAddress: string | undefined;
  readonly isEncrypted: boolean;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export class Door {
  readonly #proxies: AddressSet;
  readonly #allowed: AddressSet;

  constructor({ trustedProxies, allowedAddresses }: Access) {
    this.#proxies = new AddressSet(trustedProxies);
    this.#allowed = new AddressSet(allowedAddresses);
  }

  /** Whether a connection from there may say anything; a proxy's own callers are looked at one by one. */
  hears(remoteAddress: string | undefined): boolean {
    const address = plainAddress(remoteAddress ?? '');
    return this.#isAllowed(address) || this.#proxies.has(address);
  }

  isBehindProxy(remoteAddress: string | undefined): boolean {
    return this.#proxies.has(plainAddress(remoteAddress ?? ''));
  }

  callerOf({ remoteAddress, isEncrypted, headers }: Knock): Result<Caller> {
    const remote = plainAddress(remoteAddress ?? '');
    if (this.#proxies.has(remote)) return this.#behindProxy(headers);
    if (!this.#isAllowed(remote)) return NOT_ALLOWED;
    // Where a proxy ends TLS, plain HTTP past it would be read on the way; on this machine it can't be.
    if (!this.#proxies.isEmpty && !isEncrypted && !isLoopback(remote)) {
      return refuse('not-encrypted', 'This console is reached by https, through its proxy.');
    }
    return ok({ address: remote, isSecure: isEncrypted });
  }

  /** The nearest caller that is no proxy of ours: what stands left of it, anybody may have written. */
  #behindProxy(headers: Knock['headers']): Result<Caller> {
    const hops = list(headers['x-forwarded-for']);
    const scheme = list(headers['x-forwarded-proto']).at(-1);
    if (hops.length === 0 || scheme === undefined) {
      return refuse(
        'bad-forwarded',
        'The proxy says neither who calls nor how: it must set X-Forwarded-For and X-Forwarded-Proto.',
      );
    }
    const caller = [...hops].reverse().find((hop) => !this.#proxies.has(hop)) ?? hops[0] ?? '';
    if (isIP(caller) === 0) {
      return refuse('bad-forwarded', 'The proxy’s X-Forwarded-For does not hold an IP address.');
    }
    if (!this.#isAllowed(caller)) return NOT_ALLOWED;
    return ok({ address: caller, isSecure: scheme === 'https' });
  }

  #isAllowed(address: string): boolean {
    return this.#allowed.isEmpty || this.#allowed.has(address);
  }
}

const NOT_ALLOWED = refuse('address-not-allowed', 'This address may not reach the console.');

function list(value: string | readonly string[] | undefined): string[] {
  const text = typeof value === 'string' ? value : (value ?? []).join(',');
  return text
    .split(',')
    .map((part) => plainAddress(part.trim()))
    .filter((part) => part !== '');
}
