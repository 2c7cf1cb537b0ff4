import { generateSync } from 'otplib';
import { describe, expect, it } from 'vitest';
import { codeAt, matchStep, newSecret, nextCodeIn, otpauthUri } from './totp.ts';

/** RFC 6238 appendix B: the SHA-1 secret "12345678901234567890" in base32. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const VECTORS: readonly (readonly [number, string])[] = [
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
];

describe('RFC 6238', () => {
  it.each(VECTORS)('appendix B at %i s', (epoch, eightDigits) => {
    expect(generateSync({ secret: SECRET, epoch, digits: 8 })).toBe(eightDigits);
    // Six digits are the last six of the eight: both are the same number, modulo.
    const code = eightDigits.slice(2);
    expect(codeAt(SECRET, epoch)).toBe(code);
    expect(matchStep(SECRET, code, epoch)).toBe(Math.floor(epoch / 30));
  });

  it('takes the step before and after, and no other', () => {
    const epoch = 1_767_614_415;
    const step = Math.floor(epoch / 30);
    const taken = [-3, -2, -1, 0, 1, 2, 3].map((d) =>
      matchStep(SECRET, codeAt(SECRET, epoch + d * 30), epoch),
    );
    expect(taken).toEqual([null, null, step - 1, step, step + 1, null, null]);
  });

  it.each(['', '12345', '1234567', ' 123456', '１２３４５６', 'abcdef'])('refuses %j', (code) => {
    expect(matchStep(SECRET, code, 59)).toBeNull();
  });
});

it('says when the code after a step’s is shown', () => {
  const epoch = 1_767_614_415;
  const step = Math.floor(epoch / 30);
  expect([step - 1, step, step + 1].map((each) => nextCodeIn(each, epoch))).toEqual([0, 15, 45]);
  expect(nextCodeIn(step, epoch + 14.2), 'never a second too early').toBe(1);
});

it('makes secrets of 160 bits that authenticator apps read', () => {
  const secret = newSecret(() => Buffer.from('12345678901234567890'));
  expect(secret).toBe(SECRET);
  const uri = new URL(otpauthUri('operator', secret));
  expect(uri.protocol).toBe('otpauth:');
  expect(uri.searchParams.get('secret')).toBe(SECRET);
  expect(uri.searchParams.get('issuer')).toBe('CWTS Ultra Console');
});
