/** What a browser calls itself, in a few words: `Chrome 130 on Linux`. Its own word, worth as much. Pure. */
export function deviceOf(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, 400);
  const browser = BROWSERS.map((pattern) => pattern.exec(text)).find((found) => found !== null);
  const system = SYSTEMS.find(([pattern]) => pattern.test(text))?.[1];
  if (!browser) return system ?? 'unknown device';
  const name = NAMES[browser[1] ?? ''] ?? browser[1] ?? '';
  return `${name} ${browser[2] ?? ''}${system === undefined ? '' : ` on ${system}`}`;
}

/** Who copied whose name comes first. */
const BROWSERS: readonly RegExp[] = [
  ...['Edg', 'OPR', 'Firefox', 'HeadlessChrome', 'Chrome', 'Version'].map(
    (name) => new RegExp(`\\b(${name})/(\\d{1,4})`),
  ),
  /^([A-Za-z][\w.-]{0,30})\/(\d{1,4})/,
];
const NAMES: Readonly<Record<string, string>> = {
  Edg: 'Edge',
  OPR: 'Opera',
  HeadlessChrome: 'Chrome',
  Version: 'Safari',
};
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Mac OS X/, 'macOS'],
  [/Windows/, 'Windows'],
  [/Linux|X11/, 'Linux'],
];
