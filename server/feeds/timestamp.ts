import { FRAME } from './frame-bytes.ts';
import { literalOf } from './literal.ts';
import { POWERS, Scanner } from './scanner.ts';

const DASH = 45;
const LETTER_T = 84;
const COLON = 58;
const DOT = 46;
const LETTER_Z = 90;

/**
 * Reads times as venues write them in JSON (RFC 3339 in UTC with up to nanoseconds), in µs since
 * 1970; what is beyond a µs is cut off.
 */
export class Timestamps {
  readonly #own = new Scanner();
  /** Of the minute that was read last, `2026-08-09T21:05:`: the next time is nearly always of the same. */
  #minuteText = literalOf('no minute yet');
  #minute = 0;

  /** The time at `scan`, up to and with its `Z`; −1 when there is none. */
  scan(scan: Scanner): number {
    const begins = scan.literal(this.#minuteText) ? this.#minute : this.#minuteAt(scan);
    if (begins < 0) return -1;
    const second = scan.twoDigits();
    // A leap second is the 60th.
    if (second < 0 || second > 60) return -1;
    let micros = 0;
    if (scan.byte(DOT)) {
      micros = this.#fraction(scan);
      if (micros < 0) return -1;
    }
    if (!scan.byte(LETTER_Z)) return -1;
    return begins + second * 1_000_000 + micros;
  }

  /** The same of a whole text. */
  read(text: string): number {
    this.#own.begin(Buffer.from(text));
    const at = this.scan(this.#own);
    return this.#own.ended ? at : -1;
  }

  /** Where the minute at `scan` begins, µs, up to and with the colon behind it; −1 when there is none. */
  #minuteAt(scan: Scanner): number {
    const start = scan.at;
    const midnight = this.#midnightAt(scan);
    if (midnight < 0) return -1;
    const hour = scan.twoDigits();
    if (hour < 0 || hour > 23 || !scan.byte(COLON)) return -1;
    const minute = scan.twoDigits();
    if (minute < 0 || minute > 59 || !scan.byte(COLON)) return -1;
    this.#minuteText = literalOf(Buffer.from(FRAME.subarray(start, scan.at)).toString('latin1'));
    this.#minute = midnight + (hour * 60 + minute) * 60_000_000;
    return this.#minute;
  }

  /** Midnight of the date at `scan`, µs, up to and with its `T`; −1 when there is none. */
  #midnightAt(scan: Scanner): number {
    const year = scan.digits(4);
    if (year < 1970 || !scan.byte(DASH)) return -1;
    const month = scan.twoDigits();
    if (month < 0 || !scan.byte(DASH)) return -1;
    const day = scan.twoDigits();
    const date = new Date(Date.UTC(year, month - 1, day));
    // 30 February is 2 March to a Date.
    if (day < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return -1;
    return scan.byte(LETTER_T) ? date.getTime() * 1000 : -1;
  }

  /** Up to nanoseconds; what is beyond a µs is cut off. −1 without a digit or with more. */
  #fraction(scan: Scanner): number {
    const start = scan.at;
    const digits = scan.someDigits();
    const decimals = scan.at - start;
    // The ninth.
    if (decimals === 8 && isDigit(scan.peek())) scan.at += 1;
    if (digits < 0 || isDigit(scan.peek())) return -1;
    const scale = POWERS[Math.abs(6 - decimals)] ?? 1;
    return decimals <= 6 ? digits * scale : Math.floor(digits / scale);
  }
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
