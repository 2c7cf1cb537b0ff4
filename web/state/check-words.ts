/** What the cross-check with the server says, in words. */
import { CHECK_BOUND, type Finding } from '../../protocol/cross-check.ts';
import type { OtherInputs } from '../../shaders/cross-check/compare.ts';
import { BACKEND_NAMES } from '../ui/backend-names.ts';
import { utcTime } from '../ui/format.ts';
import type { CrossCheckView } from './cross-check.ts';

/** For a line of provenance. */
export function checkShort({ last, unchecked }: CrossCheckView): string {
  if (last?.comparison.kind === 'disagreed') return 'NOT what the server computes';
  if (!unchecked) return 'as the server computes';
  const since = unchecked.since > 0 ? ` since ${utcTime(unchecked.since)}` : '';
  return `not checked${since} (${unchecked.why.replace(/\.$/, '')})`;
}

/** In whole sentences: what was found and when, and what could not be checked since. */
export function checkSentence(view: CrossCheckView): string {
  const { last, unchecked } = view;
  const open = unchecked ? `${uncheckedSince(unchecked)} ${unchecked.why}` : '';
  const untold = last?.comparison.kind === 'disagreed' && last.untold !== null ? UNTOLD(last.untold) : '';
  return [lastSentence(view), untold, open].filter((part) => part !== '').join(' ');
}

function lastSentence({ last }: CrossCheckView): string {
  if (!last) return '';
  const { comparison, backend, asOf, pair } = last;
  const at = `as of ${utcTime(asOf)}`;
  if (comparison.kind === 'agreed') {
    const { compared, of, error, inputs } = comparison;
    const left = differing(inputs) === 0 ? '' : ` ${inputWords(inputs)}`;
    return `${BACKEND_NAMES[backend]} computed what the server did ${at}: ${compared} of ${of} pairs, ${errorWords(error)}.${left}`;
  }
  const { worst, beyond, compared } = comparison;
  const what = pair ? `${pair[0]} and ${pair[1]}` : 'the mean of all pairs';
  const among = worst.of === 'pair' ? ` So it is with ${beyond} of ${compared} pairs.` : '';
  return `This console does not compute what the server computes of the same returns, ${at}: ${what}, ${valueText(worst.own)} here (${BACKEND_NAMES[backend]}), ${valueText(worst.published)} there, over the bound of ${CHECK_BOUND.toExponential(0)}.${among}`;
}

const errorWords = (error: number): string =>
  error === 0 ? 'the same to the last bit' : `none apart by more than ${error.toExponential(1)}`;

const UNTOLD = (why: string): string => `The server does not know it yet: ${why}`;

const uncheckedSince = ({ since }: { readonly since: number }): string =>
  since > 0 ? `Not checked against the server since ${utcTime(since)}:` : 'Not checked against the server:';

/** Whose returns are not the server's, and how. */
export function inputWords(inputs: OtherInputs): string {
  const { fewer, more, other, of } = inputs;
  const how = [
    ...(fewer > 0 ? [`${fewer} with fewer bars here`] : []),
    ...(more > 0 ? [`${more} with more`] : []),
    ...(other > 0 ? [`${other} with other ones`] : []),
  ].join(', ');
  return `Of ${differing(inputs)} of ${of} instruments this console has other returns than the server (${how}), so that their correlations are not compared.`;
}

const differing = ({ fewer, more, other }: OtherInputs): number => fewer + more + other;

const valueText = (value: Finding['own']): string =>
  value === null ? 'none' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(7)}`;
