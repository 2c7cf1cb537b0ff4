import { describe, expect, it } from 'vitest';
import { checkHost, isOwnOrigin, ownNames } from './hosts.ts';

const names = ownNames(4400, ['desk.example', 'Other.Example:8443']);

describe('the Host header', () => {
  it.each(['localhost:4400', 'LOCALHOST:4400', 'desk.example', 'other.example:8443'])(
    '%s is ours',
    (host) => {
      expect(checkHost(host, 4400, names)).toEqual({ kind: 'ours' });
    },
  );

  it.each(['127.0.0.1:4400', '[::1]:4400'])('%s is sent to the name', (host) => {
    expect(checkHost(host, 4400, names)).toEqual({ kind: 'redirect', to: 'http://localhost:4400' });
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
    expect(checkHost(host, 4400, names).kind).toBe('foreign');
  });

  it('on port 80 the bare name is ours', () => {
    expect(checkHost('localhost', 80, ownNames(80, [])).kind).toBe('ours');
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
});
