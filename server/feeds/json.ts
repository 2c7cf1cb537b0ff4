import { ok, refuse, type Result } from '../../protocol/result.ts';

/** No venue nests deeper; a parser that recurses must not be led down a well. */
const MAX_NESTING = 32;
/** Coinbase sends a whole book in one frame: 5.1 MB of 46,000 levels was seen. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** A frame as JSON. Too large or too deep is refused before it is parsed. Codes: `oversized`, `nested`, `malformed`. */
export function readJson(bytes: Uint8Array): Result<unknown> {
  const text = readText(bytes);
  return text.ok ? parse(text.value) : text;
}

/**
 * The same with every number as the text that was sent: a checksum is over digits, and a price like
 * `45285.20` is not the number 45285.2.
 */
export function readJsonExact(bytes: Uint8Array): Result<unknown> {
  const text = readText(bytes);
  return text.ok ? parse(quoteNumbers(text.value)) : text;
}

function readText(bytes: Uint8Array): Result<string> {
  if (bytes.length > MAX_FRAME_BYTES) {
    return refuse('oversized', `A frame of ${bytes.length} bytes is larger than any that the venue sends.`);
  }
  if (nestingOver(bytes, MAX_NESTING)) {
    return refuse('nested', `The frame is nested deeper than ${MAX_NESTING} levels.`);
  }
  try {
    return ok(decoder.decode(bytes));
  } catch {
    return refuse('malformed', 'The frame is not UTF-8.');
  }
}

function parse(text: string): Result<unknown> {
  try {
    return ok(JSON.parse(text) as unknown);
  } catch {
    return refuse('malformed', 'The frame is not JSON.');
  }
}

function nestingOver(bytes: Uint8Array, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) at = endOfString(bytes, at);
    // `[` and `{`, `]` and `}`
    else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      if (depth > limit) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth -= 1;
  }
  return false;
}

/** Longer texts are searched natively, in pieces: a call costs as much as a loop over so many letters. */
const NEAR = 64;

/** Position of the closing quote; the end of the bytes when there is none. */
function endOfString(bytes: Uint8Array, open: number): number {
  let at = open + 1;
  for (;;) {
    for (const far = at + NEAR; at < far; at += bytes[at] === BACKSLASH ? 2 : 1) {
      if (at >= bytes.length || bytes[at] === QUOTE) return Math.min(at, bytes.length);
    }
    const quote = bytes.indexOf(QUOTE, at);
    if (quote < 0) return bytes.length;
    let start = quote;
    while (start > at && bytes[start - 1] === BACKSLASH) start -= 1;
    if ((quote - start) % 2 === 0) return quote;
    at = quote + 1;
  }
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Longer than any number that a venue writes; a pattern over millions of digits would overflow the stack. */
const LONGEST_NUMBER = 64;

/** Every number that is not in a string in quotes. By hand: a pattern over a text of megabytes overflows the stack. */
function quoteNumbers(text: string): string {
  const pieces: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfText(text, at);
    else if (isOfNumber(code)) {
      const start = at;
      while (isOfNumber(text.charCodeAt(at + 1))) at += 1;
      if (at - start >= LONGEST_NUMBER) continue;
      const token = text.slice(start, at + 1);
      if (!NUMBER.test(token)) continue;
      pieces.push(text.slice(from, start), '"', token, '"');
      from = at + 1;
    }
  }
  pieces.push(text.slice(from));
  return pieces.join('');
}

/** The same in a text. */
function endOfText(text: string, open: number): number {
  let at = open + 1;
  for (;;) {
    for (const far = at + NEAR; at < far; at += text.charCodeAt(at) === BACKSLASH ? 2 : 1) {
      if (at >= text.length || text.charCodeAt(at) === QUOTE) return Math.min(at, text.length);
    }
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    let start = quote;
    while (start > at && text.charCodeAt(start - 1) === BACKSLASH) start -= 1;
    if ((quote - start) % 2 === 0) return quote;
    at = quote + 1;
  }
}

/** A digit, sign, dot or `e`: of a literal (`true`, `false`) only the `e` is one, which is no number. */
const isOfNumber = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) ||
  code === 0x2d ||
  code === 0x2b ||
  code === 0x2e ||
  code === 0x65 ||
  code === 0x45;
