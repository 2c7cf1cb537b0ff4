import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codeOf } from '../testing/identity.ts';
import { FairQueue } from './fair-queue.ts';
import { deviceOf } from './device.ts';
import { checkPassword } from './passwords.ts';
import { newRecoveryCode, readRecoveryCode, recoveryHash } from './recovery.ts';

const person = { id: 'olga.perez', name: 'Olga Perez' };
const judge = (password: string) => codeOf(checkPassword(password, person));

describe('a password', () => {
  it.each([
    'violet tram under nine bridges',
    'correct horse battery staple',
    'Zürich-früh-um-sieben',
    '夜の電車は静かに走る、東へ',
    'nv83!kd02ld.vkq',
    '            x y z w v u t',
  ])('%j is taken, whatever it is composed of', (password) => expect(judge(password)).toBe('ok'));

  it.each([
    ['', 'password-short'],
    ['elevenchars', 'password-short'],
    ['𝔢𝔩𝔢𝔳𝔢𝔫𝔠𝔥𝔞𝔯', 'password-short'],
    ['x'.repeat(201), 'password-long'],
    ['aaaaaaaaaaaaaaaa', 'password-common'],
    ['Password1234!', 'password-common'],
    ['p4$$w0rd2024!!', 'password-common'],
    ['qwertyuiopasdf', 'password-common'],
    ['123456789012', 'password-common'],
    ['letmeinletmein', 'password-common'],
    ['dragonmonkey12', 'password-common'],
    ['1qaz2wsx3edc', 'password-common'],
    ['i like perez a lot', 'password-named'],
    ['olga.perez trades', 'password-named'],
    ['ultra console forever', 'password-named'],
  ])('%j is refused as %s', (password, why) => expect(judge(password)).toBe(why));
});

describe('recovery codes', () => {
  it('are read however they are typed, and hash by person and key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (bytes) => {
        const code = newRecoveryCode(() => bytes);
        expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
        const plain = code.replaceAll('-', '');
        const typed = [` ${code.toLowerCase()} `, plain, plain.replaceAll('0', 'o').replaceAll('1', 'l')];
        for (const one of typed) expect(readRecoveryCode(one)).toBe(plain);
        const key = Buffer.alloc(32, 1);
        expect(recoveryHash('a' as never, typed[0] ?? '', key)).toBe(recoveryHash('a' as never, code, key));
        expect(recoveryHash('b' as never, code, key)).not.toBe(recoveryHash('a' as never, code, key));
        expect(recoveryHash('a' as never, code, Buffer.alloc(32, 2))).not.toBe(
          recoveryHash('a' as never, code, key),
        );
      }),
    );
    for (const no of ['', 'abc', 'UUUU-UUUU-UUUU-UUUU', '0'.repeat(17)])
      expect(readRecoveryCode(no)).toBeNull();
  });

  it('differ in every bit they are made of', () => {
    const zero = new Uint8Array(10);
    for (let bit = 0; bit < 80; bit++) {
      const one = new Uint8Array(10);
      one[bit >> 3] = 1 << (bit & 7);
      expect(newRecoveryCode(() => one)).not.toBe(newRecoveryCode(() => zero));
    }
  });
});

describe('the queue before hashing', () => {
  it('serves owners in turn, each in their own order, loses nothing and stays bounded', () => {
    const push = fc.record({ owner: fc.constantFrom('flood', 'a', 'b'), take: fc.boolean() });
    fc.assert(
      fc.property(fc.array(push, { maxLength: 100 }), (steps) => {
        const queue = new FairQueue<{ owner: string; n: number }>({ total: 20, perOwner: 8 });
        const waiting = new Map<string, number[]>();
        let n = 0;
        const taken = (): void => {
          const one = queue.shift();
          if (one) expect(waiting.get(one.owner)?.shift()).toBe(one.n);
          else expect([...waiting.values()].flat()).toEqual([]);
        };
        for (const { owner, take } of steps) {
          const own = waiting.get(owner) ?? [];
          const total = [...waiting.values()].flat().length;
          const isIn = queue.push(owner, { owner, n });
          expect(isIn).toBe(total < 20 && own.length < 8);
          if (isIn) waiting.set(owner, [...own, n]);
          n += 1;
          if (take) taken();
          expect(queue.size).toBe([...waiting.values()].flat().length);
        }
      }),
    );
  });

  it('somebody who asks once waits for one of a flood, not for all of it', () => {
    const queue = new FairQueue<string>({ total: 400, perOwner: 100 });
    for (let i = 0; i < 100; i++) queue.push('flood', `flood ${i}`);
    queue.push('one', 'one');
    expect([queue.shift(), queue.shift(), queue.shift()]).toEqual(['flood 0', 'one', 'flood 1']);
  });
});

it.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36',
    'Chrome 130 on Linux',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0',
    'Edge 130 on Windows',
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
    'Safari 18 on macOS',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0', 'Firefox 131 on Linux'],
  ['curl/8.5.0', 'curl 8'],
  [undefined, 'unknown device'],
])('a browser that says %j is listed as %j', (userAgent, device) => expect(deviceOf(userAgent)).toBe(device));
