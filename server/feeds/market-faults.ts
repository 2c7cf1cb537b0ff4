import type { Instrument } from '../../protocol/instrument.ts';
import type { Refusal } from '../../protocol/result.ts';
import type { Numbered } from './chain.ts';

/** It was here before; `have` where that can be told. */
export function replayed(what: string, got: number, have?: number): Refusal {
  const before = have === undefined ? '' : `: ${have} was here already`;
  return { code: 'replayed', sentence: `${what} ${got} came again${before}.` };
}

export function gapFault({ name }: Instrument, have: number, change: Numbered): Refusal {
  const { firstUpdate, lastUpdate } = change;
  const sentence =
    firstUpdate > have + 1
      ? `Updates ${have + 1} to ${firstUpdate - 1} of ${name} are missing.`
      : `Update ${lastUpdate} of ${name} does not follow update ${have}.`;
  return { code: 'gap', sentence };
}

export function crossedFault({ name }: Instrument, update: number): Refusal {
  return { code: 'crossed-book', sentence: `The book of ${name} is crossed after update ${update}.` };
}

export function checksumFault({ name }: Instrument, ours: number, venues: number): Refusal {
  const sentence = `The book of ${name} has checksum ${ours}; the venue's has ${venues}.`;
  return { code: 'checksum', sentence };
}
