import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AddressSet, isAddressRange, isLoopback, plainAddress } from './addresses.ts';

describe('address ranges', () => {
  it.each(['10.0.0.0/8', '192.0.2.7', 'fd00::/8', '::1', '0.0.0.0/0', '2001:db8::1/128'])(
    '%s is one',
    (text) => expect(isAddressRange(text)).toBe(true),
  );
  it.each([
    '10.0.0.0/33',
    '10.0.0/8',
    'desk.example',
    'fd00::/129',
    '10.0.0.0/',
    '10.0.0.0/+8',
    '',
    '/8',
    '10.0.0.1/8/8',
  ])('%s is none', (text) => expect(isAddressRange(text)).toBe(false));

  it('a set has what its ranges cover, in IPv6’s clothes too, and nothing else', () => {
    const set = new AddressSet(['10.1.0.0/16', 'fd00::/8', '192.0.2.7']);
    for (const inside of [
      '10.1.2.3',
      '::ffff:10.1.2.3',
      '::FFFF:10.1.255.255',
      'fd12::1',
      'fd12::1%eth0',
      '192.0.2.7',
    ])
      expect([inside, set.has(inside)]).toEqual([inside, true]);
    for (const outside of [
      '10.2.0.1',
      '192.0.2.8',
      'fe80::1',
      '::1',
      '',
      'localhost',
      '10.1.2',
      '::ffff:10.2.0.1',
    ])
      expect([outside, set.has(outside)]).toEqual([outside, false]);
  });

  it('an IPv4 range covers exactly the addresses whose first bits are its own', () => {
    const v4 = fc.integer({ min: 0, max: 0xffffffff });
    const dotted = (n: number): string => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.');
    fc.assert(
      fc.property(v4, v4, fc.integer({ min: 0, max: 32 }), (base, other, bits) => {
        const same = bits === 0 || base >>> (32 - bits) === other >>> (32 - bits);
        const set = new AddressSet([`${dotted(base)}/${bits}`]);
        expect(set.has(dotted(other))).toBe(same);
        expect(set.has(`::ffff:${dotted(other)}`)).toBe(same);
      }),
    );
  });

  it('loopback is this machine, whatever its clothes', () => {
    for (const own of ['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1', 'localhost'])
      expect([own, isLoopback(own)]).toEqual([own, true]);
    for (const other of ['0.0.0.0', '::', '10.0.0.1', 'localhost.evil.example'])
      expect([other, isLoopback(other)]).toEqual([other, false]);
    expect(plainAddress('::ffff:1.2.3.4')).toBe('1.2.3.4');
  });
});
