import type { Instrument } from '../../protocol/instrument.ts';
import { ok, refuse, type Refusal, type Result } from '../../protocol/result.ts';
import type { VenueId } from '../../protocol/units.ts';
import { backoffMs } from './backoff.ts';
import type { Dialect, Listing, RestCall } from './dialect.ts';
import type { FeedOptions } from './feed-options.ts';
import type { RestClient } from './rest.ts';

/** What no waiting mends. */
const FINAL = new Set(['unknown-symbol', 'no-symbols', 'stopped']);
/** More pages than any venue's list has: it tells the same one again and again. */
const MOST_ANSWERS = 100;

export interface ListingOptions {
  readonly dialect: Dialect;
  readonly symbols: readonly string[] | 'all';
  readonly venue: VenueId;
  readonly random: () => number;
}

/** Asks the venue for its instruments until it answers, or says that they cannot be had. */
export async function askForListing(
  rest: Pick<RestClient, 'get'>,
  { dialect, symbols, venue, random }: ListingOptions,
  hooks: {
    readonly onFault: (sentence: string) => void;
    /** False: it was stopped meanwhile. */
    readonly wait: (ms: number) => Promise<boolean>;
  },
): Promise<Result<Listing>> {
  for (let failures = 0; ; failures++) {
    const answer = await allAnswers(rest, dialect, symbols);
    const listing = answer.ok ? dialect.rest.readInstruments(answer.value, symbols, venue) : answer;
    if (listing.ok || FINAL.has(listing.error.code)) return listing;
    hooks.onFault(listing.error.sentence);
    if (!(await hooks.wait(backoffMs(failures, random)))) return refuse('stopped', 'The feed is stopped.');
  }
}

/** The venue's answer, or the array of its answers where it tells its list in several. */
async function allAnswers(
  rest: Pick<RestClient, 'get'>,
  { rest: asked }: Dialect,
  symbols: readonly string[] | 'all',
): Promise<Result<unknown>> {
  const answers: unknown[] = [];
  let call: RestCall | null = asked.instruments(symbols);
  while (call) {
    if (answers.length === MOST_ANSWERS) return refuse('schema', "The venue's list of symbols has no end.");
    const answer = await rest.get(call, 'book');
    if (!answer.ok) return answer;
    answers.push(answer.value.json);
    call = asked.moreInstruments?.(symbols, answers) ?? null;
  }
  return ok(asked.moreInstruments ? answers : answers[0]);
}

/** What is wrong with a list that is too long for one feed; null when it fits. */
export function tooMany(
  instruments: readonly Instrument[],
  { dialect, table, name }: Pick<FeedOptions, 'dialect' | 'table' | 'name'>,
): Refusal | null {
  const streams = instruments.length * dialect.rules.streamsPerInstrument;
  if (streams <= dialect.rules.maxStreams && instruments.length <= table.capacity) return null;
  const sentence = `${instruments.length} instruments are more than one feed of ${name} carries.`;
  return { code: 'too-many-instruments', sentence };
}
