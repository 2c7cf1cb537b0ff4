import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Door, PLAIN, type Access } from './door.ts';

const door = (access: Partial<Access>): Door => new Door({ ...PLAIN, ...access });
const knock = (remoteAddress: string, headers: Record<string, string> = {}, isEncrypted = false) => ({
  remoteAddress,
  headers,
  isEncrypted,
});
const forwarded = (chain: string, scheme = 'https') => ({
  'x-forwarded-for': chain,
  'x-forwarded-proto': scheme,
});

describe('a direct caller', () => {
  it('is who the connection says, whatever the headers claim', () => {
    const caller = door({}).callerOf(knock('::ffff:10.0.0.9', forwarded('6.6.6.6')));
    expect(caller).toEqual({ ok: true, value: { address: '10.0.0.9', isSecure: false } });
    expect(door({}).callerOf(knock('10.0.0.9', {}, true))).toMatchObject({ value: { isSecure: true } });
  });

  it('past a named proxy is refused by plain HTTP, but for this machine', () => {
    const own = door({ trustedProxies: ['10.0.0.5'] });
    expect(own.callerOf(knock('10.0.0.9'))).toMatchObject({ ok: false, error: { code: 'not-encrypted' } });
    expect(own.callerOf(knock('10.0.0.9', forwarded('127.0.0.1')))).toMatchObject({ ok: false });
    expect(own.callerOf(knock('127.0.0.1'))).toMatchObject({ ok: true });
    expect(own.callerOf(knock('10.0.0.9', {}, true))).toMatchObject({ ok: true });
  });
});

describe('behind a named proxy', () => {
  const own = door({ trustedProxies: ['10.0.0.5', '10.0.1.0/24'] });
  const behind = (headers: Record<string, string>) => own.callerOf(knock('::ffff:10.0.0.5', headers));

  it('the caller is the nearest hop that is no proxy of ours', () => {
    expect(behind(forwarded('203.0.113.7'))).toEqual({
      ok: true,
      value: { address: '203.0.113.7', isSecure: true },
    });
    expect(behind(forwarded('6.6.6.6, 203.0.113.7, 10.0.1.3'))).toMatchObject({
      value: { address: '203.0.113.7' },
    });
    expect(behind(forwarded('2001:db8::7', 'https, http'))).toMatchObject({
      value: { address: '2001:db8::7', isSecure: false },
    });
  });

  it('a proxy that does not say who calls, or says nonsense, is refused', () => {
    for (const headers of [
      {},
      { 'x-forwarded-for': '1.2.3.4' },
      { 'x-forwarded-proto': 'https' },
      forwarded('me'),
      forwarded(''),
    ])
      expect([headers, behind(headers)]).toMatchObject([headers, { error: { code: 'bad-forwarded' } }]);
  });

  it('whatever a caller writes himself into the header, he stays who the proxy saw', () => {
    fc.assert(
      fc.property(fc.string(), (lie) => {
        const seen = behind(forwarded(`${lie}, 203.0.113.7`));
        expect(seen).toMatchObject({ ok: true, value: { address: '203.0.113.7' } });
      }),
    );
  });
});

describe('the list of allowed addresses', () => {
  const own = door({ allowedAddresses: ['10.0.0.0/8', 'fd00::/8'], trustedProxies: ['192.0.2.5'] });
  it('is asked of the connection first, and of whoever stands behind a proxy', () => {
    expect([own.hears('10.1.1.1'), own.hears('fd00::1'), own.hears('192.0.2.5')]).toEqual([true, true, true]);
    expect([own.hears('203.0.113.7'), own.hears('127.0.0.1'), own.hears(undefined)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(own.callerOf(knock('203.0.113.7', {}, true))).toMatchObject({
      error: { code: 'address-not-allowed' },
    });
    expect(own.callerOf(knock('192.0.2.5', forwarded('203.0.113.7')))).toMatchObject({ ok: false });
    expect(own.callerOf(knock('192.0.2.5', forwarded('10.9.9.9')))).toMatchObject({ ok: true });
  });
});
