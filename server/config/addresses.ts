import { BlockList, isIP, isIPv4 } from 'node:net';

/**
 * A set of IP addresses as a configuration writes it: single ones and ranges (`10.0.0.0/8`,
 * `fd00::/8`). An IPv4 address that came in over an IPv6 socket (`::ffff:10.0.0.1`) is that IPv4
 * address.
 */
export class AddressSet {
  readonly #list = new BlockList();
  readonly ranges: readonly string[];

  /** Each range must have passed `isAddressRange`. */
  constructor(ranges: readonly string[]) {
    this.ranges = ranges;
    for (const range of ranges) {
      const { address, bits } = split(range);
      this.#list.addSubnet(address, bits, isIPv4(address) ? 'ipv4' : 'ipv6');
    }
  }

  has(address: string): boolean {
    const plain = plainAddress(address);
    const family = isIP(plain);
    return family !== 0 && this.#list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
  }

  get isEmpty(): boolean {
    return this.ranges.length === 0;
  }
}

const LOOPBACK = new AddressSet(['127.0.0.0/8', '::1']);

/** Of this machine itself: nothing else can send from there. */
export const isLoopback = (address: string): boolean => address === 'localhost' || LOOPBACK.has(address);

/** `10.0.0.0/8`, `192.0.2.7`, `fd00::/8`: an address with or without how many bits of it count. */
export function isAddressRange(text: string): boolean {
  const { address, bits } = split(text);
  const family = isIP(address);
  return family !== 0 && Number.isInteger(bits) && bits >= 0 && bits <= (family === 4 ? 32 : 128);
}

/** Without an IPv6 zone, and an IPv4 address in IPv6's clothes without them. */
export function plainAddress(address: string): string {
  const bare = address.split('%', 1)[0] ?? '';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  return mapped ?? bare;
}

function split(range: string): { address: string; bits: number } {
  const slash = range.indexOf('/');
  if (slash === -1) return { address: range, bits: isIPv4(range) ? 32 : 128 };
  const digits = range.slice(slash + 1);
  return { address: range.slice(0, slash), bits: /^\d{1,3}$/.test(digits) ? Number(digits) : NaN };
}
