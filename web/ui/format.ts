import { formatDecimal } from '../../protocol/decimal.ts';

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** An age or latency as people read it: `38 ms`, `1.2 s`, `14 s`, `3 min`, `2 h 05`. */
export function formatAge(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown';
  const age = Math.max(0, ms);
  if (age < 999.5) return `${Math.round(age)} ms`;
  if (age < 9_950) return `${(age / 1000).toFixed(1)} s`;
  if (age < 119_500) return `${Math.round(age / 1000)} s`;
  if (age < 7_170_000) return `${Math.round(age / 60_000)} min`;
  const hours = Math.floor(age / 3_600_000);
  if (hours < 48) return `${hours} h ${pad(Math.floor((age % 3_600_000) / 60_000))}`;
  return `${Math.floor(hours / 24)} d`;
}

/** A short duration with a sensible number of digits: `0.3 ms`, `9.5 ms`, `38 ms`, `1.2 s`. */
export function formatMs(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  return formatAge(ms);
}

/** `+0.4 ms ± 2`: an offset with its uncertainty, both in ms. */
export function formatOffset(offsetMs: number, uncertaintyMs: number): string {
  const digits = Math.abs(offsetMs) < 10 ? 1 : 0;
  const sign = offsetMs < 0 ? '−' : '+';
  const uncertain = uncertaintyMs < 10 ? uncertaintyMs.toFixed(1) : uncertaintyMs.toFixed(0);
  return `${sign}${Math.abs(offsetMs).toFixed(digits)} ms ± ${uncertain}`;
}

/** UTC time of day from µs since 1970: `13:52:07`. */
export function utcTime(micros: number): string {
  const date = new Date(micros / 1000);
  return `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
}

/** UTC time of day with milliseconds: `13:52:07.042`. */
export function utcMillis(micros: number): string {
  return `${utcTime(micros)}.${pad(new Date(micros / 1000).getUTCMilliseconds(), 3)}`;
}

/** `2026-11-21`. */
export function utcDate(micros: number): string {
  return new Date(micros / 1000).toISOString().slice(0, 10);
}

/** `1.44 %`, without its sign: direction is drawn by shape. */
export function formatPercent(fraction: number, digits = 2): string {
  return `${(Math.abs(fraction) * 100).toFixed(digits)} %`;
}

/** Hundredths of a per cent, three digits: `0.16`, `12.4`, `310`. */
export function formatBps(bps: number): string {
  const size = Math.abs(bps);
  return bps.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

/** Thousands apart by a thin space: `61 737.64`. Works on the decimal text, so nothing is rounded. */
export function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, '\u202f');
  return fraction === undefined ? spaced : `${spaced}.${fraction}`;
}

/** Millionths of the quote currency as money, two decimals, cut and not rounded up: `1 234.56`. */
export function formatMoney(micros: bigint): string {
  const text = formatDecimal(micros, 6);
  return grouped(text.slice(0, text.length - 4));
}

/** Millionths, short: `310 k`, `5.2 M`, `850`. For bars and captions, never for a decision. */
export function compactMoney(micros: bigint): string {
  return compact(Number(micros / 10_000n) / 100);
}

export function compact(value: number): string {
  const size = Math.abs(value);
  const scaled = (divided: number): string => {
    const digits = Math.abs(divided) < 9.995 ? 2 : Math.abs(divided) < 99.95 ? 1 : 0;
    return divided.toFixed(digits).replace(/\.0+$|(?<=\.\d)0$/, '');
  };
  if (size >= 999_500_000) return `${scaled(value / 1e9)} bn`;
  if (size >= 999_500) return `${scaled(value / 1e6)} M`;
  if (size >= 9_995) return `${scaled(value / 1e3)} k`;
  return scaled(value);
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
