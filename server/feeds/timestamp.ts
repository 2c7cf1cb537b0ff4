import { Scanner } from './scanner.ts';

const DASH = 45;
const LETTER_T = 84;
const COLON = 58;
const DOT = 46;
const LETTER_Z = 90;
const MOST_DECIMALS = 9;

/**
 * Reads times as venues write them in JSON (RFC 3339 in UTC with up to nanoseconds), in µs since
 * 1970; what is beyond a µs is cut off.
 */
export class Timestamps {
  readonly #own = new Scanner();
  /** Midnight of the day that was read last: the next time is nearly always of the same day. */
  #day = -1;
  #midnight = 0;

  /** The time at `scan`, up to and with its `Z`; −1 when there is none. */
  scan(scan: Scanner): number {
    const year = scan.digits(4);
    if (year < 1970 || !scan.byte(DASH)) return -1;
    const month = scan.digits(2);
    if (month < 0 || !scan.byte(DASH)) return -1;
    const midnight = this.#midnightOf(year, month, scan.digits(2));
    if (midnight < 0 || !scan.byte(LETTER_T)) return -1;
    const hour = scan.digits(2);
    if (hour < 0 || hour > 23 || !scan.byte(COLON)) return -1;
    const minute = scan.digits(2);
    if (minute < 0 || minute > 59 || !scan.byte(COLON)) return -1;
    const second = scan.digits(2);
    // A leap second is the 60th.
    if (second < 0 || second > 60) return -1;
    let micros = 0;
    if (scan.byte(DOT)) {
      micros = this.#fraction(scan);
      if (micros < 0) return -1;
    }
    if (!scan.byte(LETTER_Z)) return -1;
    return midnight + ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros;
  }

  /** The same of a whole text. */
  read(text: string): number {
    this.#own.begin(Buffer.from(text));
    const at = this.scan(this.#own);
    return this.#own.ended ? at : -1;
  }

  #midnightOf(year: number, month: number, day: number): number {
    const key = (year * 100 + month) * 100 + day;
    if (key === this.#day) return this.#midnight;
    const date = new Date(Date.UTC(year, month - 1, day));
    // 30 February is 2 March to a Date.
    if (day < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return -1;
    this.#day = key;
    this.#midnight = date.getTime() * 1000;
    return this.#midnight;
  }

  #fraction(scan: Scanner): number {
    let micros = 0;
    for (let decimals = 0; ; decimals++) {
      const digit = scan.digits(1);
      if (digit < 0) {
        for (let missing = decimals; missing < 6; missing++) micros *= 10;
        return decimals === 0 ? -1 : micros;
      }
      if (decimals === MOST_DECIMALS) return -1;
      if (decimals < 6) micros = micros * 10 + digit;
    }
  }
}
