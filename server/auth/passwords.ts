/** Which passwords are taken. Length decides, no composition rules (NIST SP 800-63B §3.1.1.2). Pure. */
import { dictionary } from '@zxcvbn-ts/language-common';
import { ok, refuse, type Result } from '../../protocol/result.ts';

export const PASSWORD_LEAST = 12;
export const PASSWORD_MOST = 200;
/** Shorter parts of a name are in too many words to be told apart. */
const NAME_LEAST = 4;
/** 49,000 passwords from breaches, the commonest first. */
const COMMON_PASSWORDS: ReadonlySet<string> = new Set(dictionary['passwords-common']);

export function checkPassword(
  password: string,
  person: { readonly id: string; readonly name: string },
): Result<string> {
  const plain = password.normalize('NFKC');
  const length = Array.from(plain).length;
  if (length < PASSWORD_LEAST) {
    return refuse(
      'password-short',
      `A password has at least ${PASSWORD_LEAST} characters; a few words are best.`,
    );
  }
  if (length > PASSWORD_MOST) {
    return refuse('password-long', `A password has at most ${PASSWORD_MOST} characters.`);
  }
  const core = coreOf(plain);
  if (isCommon(core) || new Set(plain).size < 5 || isRun(plain)) {
    return refuse('password-common', 'This password is on lists that guessers try first; choose another.');
  }
  const words = [person.id, ...person.name.split(/\s+/), 'cwts', 'ultraconsole'].map(coreOf);
  const named = words.find((word) => word.length >= NAME_LEAST && core.includes(word));
  if (named !== undefined) {
    return refuse('password-named', 'The password contains your name or the console’s; choose another.');
  }
  return ok(plain);
}

/** Without case, spaces and the digits and signs that people put before and after a common word. */
function coreOf(text: string): string {
  return text.toLowerCase().replaceAll(/[\s._-]/g, '');
}

/** A listed password itself, dressed up (`Password1234!`), repeated, or two of them in a row. */
function isCommon(core: string): boolean {
  const bare = core.replaceAll(/^[^a-z]+|[^a-z]+$/g, '');
  const plain = unleet(bare);
  if ([core, bare, plain].some((one) => one !== '' && COMMON_PASSWORDS.has(one))) return true;
  const repeated = /^(.{2,})\1+$/.exec(core)?.[1];
  if (repeated !== undefined) return true;
  for (let cut = 3; cut <= core.length - 3; cut++) {
    if (COMMON_PASSWORDS.has(core.slice(0, cut)) && COMMON_PASSWORDS.has(core.slice(cut))) return true;
  }
  return false;
}

const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

const unleet = (text: string): string => text.replaceAll(/[013457@$!]/g, (sign) => LEET[sign] ?? sign);

/** `abcdefghijkl`, `123456789012`, `qwertyuiopas`: neighbours on a keyboard or in the alphabet. */
function isRun(text: string): boolean {
  const rows = [
    'abcdefghijklmnopqrstuvwxyz',
    '0123456789012345678901234567890',
    'qwertyuiopasdfghjklzxcvbnm',
    'qwertzuiopasdfghjklyxcvbnm',
    '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  ];
  const lower = text.toLowerCase();
  return rows.some((row) => row.includes(lower) || Array.from(row).reverse().join('').includes(lower));
}
