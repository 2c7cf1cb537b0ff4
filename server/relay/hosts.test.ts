import { describe, expect, it } from 'vitest';
import { checkHost, isOwnOrigin, ownNames } from './hosts.ts';

const address = 'http://localhost:4400';
const names = ownNames(4400, ['desk.example', 'Other.Example:8443'], address);
const site = { port: 4400, names, address };

describe('the Host header', () => {
  it.each(['localhost:4400', 'LOCALHOST:4400', 'desk.example', 'other.example:8443'])(
    '%s is ours',
    (host) => {
      expect(checkHost(host, site)).toEqual({ kind: 'ours' });
    },
  );

  it.each(['127.0.0.1:4400', '[::1]:4400'])('%s is sent to the name', (host) => {
    expect(checkHost(host, site)).toEqual({ kind: 'redirect', to: 'http://localhost:4400' });
  });

  it.each([
    undefined,
    '',
    'localhost',
    'localhost:4401',
    '127.0.0.1',
    '127.0.0.1:80',
    'desk.example:4400',
    'evil.example',
    'localhost:4400.evil.example',
    'localhost:4400, evil.example',
  ])('%s is foreign', (host) => {
    expect(checkHost(host, site).kind).toBe('foreign');
  });

  it('on port 80 the bare name is ours', () => {
    const plain = 'http://localhost:80';
    expect(checkHost('localhost', { port: 80, names: ownNames(80, [], plain), address: plain }).kind).toBe(
      'ours',
    );
  });

  it('under TLS the numbers are sent to the name', () => {
    const https = 'https://desk.example';
    const own = { port: 443, names: ownNames(443, ['desk.example'], https), address: https };
    expect(checkHost('127.0.0.1', own)).toEqual({ kind: 'redirect', to: https });
    expect(checkHost('localhost', own).kind).toBe('ours');
    expect(checkHost('127.0.0.1', { ...own, port: 8443 }).kind).toBe('foreign');
  });
});

describe('the Origin header', () => {
  it.each([
    ['http://localhost:4400', 'localhost:4400', true],
    ['https://desk.example', 'desk.example', true],
    ['http://localhost:4400', 'LOCALHOST:4400', true],
    ['http://localhost:4401', 'localhost:4400', false],
    ['http://evil.example', 'localhost:4400', false],
    ['ftp://localhost:4400', 'localhost:4400', false],
    ['null', 'localhost:4400', false],
    [undefined, 'localhost:4400', false],
    ['http://localhost:4400', undefined, false],
  ])('%s asking %s: %s', (origin, host, own) => {
    expect(isOwnOrigin(origin, host)).toBe(own);
  });

  it('of a page that came by plain HTTP is not ours where we serve TLS', () => {
    expect(isOwnOrigin('http://desk.example', 'desk.example', 'tls')).toBe(false);
    expect(isOwnOrigin('https://desk.example', 'desk.example', 'tls')).toBe(true);
  });
});
