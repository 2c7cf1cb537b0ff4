import type { Verb } from './verb.ts';
import { anchor } from './verbs/anchor.ts';
import { check } from './verbs/check.ts';
import { exportRecords } from './verbs/export.ts';
import { history } from './verbs/history.ts';
import { prove } from './verbs/prove.ts';
import { verify } from './verbs/verify.ts';

/** Every word of `npm run audit -- WORD`: one more is a line more. */
export const verbs: Readonly<Record<string, Verb>> = {
  verify,
  prove,
  check,
  export: exportRecords,
  history,
  anchor,
};
