import type { Refusal } from '../../protocol/result.ts';

/** Text of a file in a sentence: short, and without what would break a line. */
export function quoted(text: string): string {
  const plain = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return `“${plain.length > 40 ? `${plain.slice(0, 39)}…` : plain}”`;
}

/** A fault that says where: line and column count from 1, as a spreadsheet does. */
export function faultAt(code: string, line: number, column: number | null, why: string): Refusal {
  return { code, sentence: `Line ${line}${column === null ? '' : `, column ${column}`}: ${why}` };
}
