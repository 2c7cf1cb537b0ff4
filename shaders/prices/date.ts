/** The first column: a day or a moment to µs since 1970, UTC where no zone is written. */

const ISO =
  /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2}):?(\d{2}):?(\d{2})?Z?)?$/;
const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?: +(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const EPOCH = /^(\d{9,10}|\d{12,13}|\d{15,16}|\d{18,19})(\.\d+)?$/;
export const SLASHED = /^\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\b/;

const MINUTE = 60_000_000;
/** A first column beyond these is counts or identifiers, not times. */
const EARLIEST = Date.UTC(1800, 0) * 1000;
const LATEST = Date.UTC(2200, 0) * 1000;

/** NaN: no date in one of the usual forms. Never throws. */
export function parseDate(text: string): number {
  const micros = inSomeForm(text);
  return micros >= EARLIEST && micros < LATEST ? micros : Number.NaN;
}

function inSomeForm(text: string): number {
  const iso = ISO.exec(text);
  if (iso) {
    const [, year, , month, day, hour, minute, second, fraction = '', zone] = iso;
    const at = moment(year, month, day, hour, minute, second) + Number(fraction.padEnd(6, '0').slice(0, 6));
    return at - zoneMicros(zone);
  }
  const compact = COMPACT.exec(text);
  if (compact) {
    const [, year, month, day, hour, minute, second] = compact;
    const at = moment(year, month, day, hour, minute, second);
    if (!Number.isNaN(at)) return at;
  }
  const dotted = DOTTED.exec(text);
  if (dotted) {
    const [, day, month, year, hour, minute, second] = dotted;
    return moment(year, month, day, hour, minute, second);
  }
  const epoch = EPOCH.exec(text);
  return epoch ? epochMicros(epoch[1] ?? '', epoch[2] ?? '') : Number.NaN;
}

/** Since 1970 in s, ms, µs or ns: the number of digits tells which, from 1973 to 2286. */
function epochMicros(digits: string, fraction: string): number {
  const whole = Number(digits);
  switch (Math.ceil((digits.length - 1) / 3)) {
    case 3:
      return Math.round((whole + Number(`0${fraction}`)) * 1e6);
    case 4:
      return Math.round((whole + Number(`0${fraction}`)) * 1e3);
    case 5:
      return whole;
    case 6:
      return Number(digits.slice(0, -3));
    default:
      return Number.NaN;
  }
}

function moment(year = '', month = '', day = '', hour = '0', minute = '0', second = '0'): number {
  const parts = [year, Number(month) - 1, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(...parts));
  // `Date.UTC` takes the 30th of February for the 2nd of March.
  const isReal =
    date.getUTCMonth() === parts[1] &&
    date.getUTCDate() === parts[2] &&
    parts[3] < 24 &&
    parts[4] < 60 &&
    parts[5] < 60;
  return isReal ? date.getTime() * 1000 : Number.NaN;
}

function zoneMicros(zone: string | undefined): number {
  if (zone === undefined || /^(?:z|utc)$/i.test(zone)) return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE;
}
