const SMALL = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
  'thirteen',
  'fourteen',
  'fifteen',
  'sixteen',
  'seventeen',
  'eighteen',
  'nineteen',
] as const;
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'] as const;
const SCALES = ['', ' thousand', ' million', ' billion', ' trillion', ' quadrillion'] as const;

function below1000(value: number): string {
  const parts: string[] = [];
  if (value >= 100) parts.push(`${SMALL[Math.floor(value / 100)] ?? ''} hundred`);
  const rest = value % 100;
  if (rest >= 20) {
    const one = rest % 10;
    parts.push(`${TENS[Math.floor(rest / 10)] ?? ''}${one ? `-${SMALL[one] ?? ''}` : ''}`);
  } else if (rest > 0) parts.push(SMALL[rest] ?? '');
  return parts.join(' ');
}

/**
 * A whole number in English words, so that a slipped zero is heard: `two million four hundred
 * thousand`. Beyond 10^18 it gives up and says so.
 */
export function inWords(value: bigint): string {
  if (value < 0n) return `minus ${inWords(-value)}`;
  if (value === 0n) return SMALL[0];
  if (value >= 10n ** 18n) return 'more than a quintillion';
  const groups: string[] = [];
  let rest = value;
  for (const scale of SCALES) {
    const group = Number(rest % 1000n);
    if (group > 0) groups.unshift(`${below1000(group)}${scale}`);
    rest /= 1000n;
  }
  return groups.join(' ');
}
