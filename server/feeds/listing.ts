import type { Result } from '../../protocol/result.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { Cancel } from '../clock.ts';
import { backoffMs } from './backoff.ts';
import type { Dialect, Listing } from './dialect.ts';
import type { RestClient } from './rest.ts';
import type { FeedTime } from './time.ts';

/** What no waiting mends. */
const FINAL = new Set(['unknown-symbol', 'no-symbols', 'stopped']);

export interface ListingOptions {
  readonly dialect: Dialect;
  readonly symbols: readonly string[] | 'all';
  readonly venue: VenueId;
  readonly time: FeedTime;
  readonly random: () => number;
}

/** Asks the venue for its instruments until it answers, or says that they cannot be had. */
export async function askForListing(
  rest: RestClient,
  { dialect, symbols, venue, time, random }: ListingOptions,
  hooks: {
    readonly isStopped: () => boolean;
    readonly onFault: (sentence: string) => void;
    /** Called with what ends a wait early. */
    readonly onWait: (cancel: Cancel) => void;
  },
): Promise<Result<Listing>> {
  for (let failures = 0; ; failures++) {
    const answer = await rest.get(dialect.rest.instruments(symbols), 'book');
    const listing = answer.ok ? dialect.rest.readInstruments(answer.value.json, symbols, venue) : answer;
    if (listing.ok || FINAL.has(listing.error.code) || hooks.isStopped()) return listing;
    hooks.onFault(listing.error.sentence);
    await new Promise<void>((resolve) => {
      const cancel = time.repeat(backoffMs(failures, random), () => done());
      const done = (): void => {
        cancel();
        resolve();
      };
      hooks.onWait(done);
    });
  }
}
