import { z } from 'zod';
import { unitSchema } from './units.ts';

/** What a venue tells of a market. One that a venue does not have is not among a feed's. */
export const CHANNELS = ['book', 'ticker', 'trades'] as const;
export type Channel = (typeof CHANNELS)[number];

/**
 * What can befall one message of a channel on its way: it is lost, comes twice, changes places with the
 * next one of its instrument, or says something else that is still well formed.
 */
export const MISHAPS = ['dropped', 'doubled', 'swapped', 'changed'] as const;
export type Mishap = (typeof MISHAPS)[number];

/**
 * By what the data gives a mishap away: an update's link to the one before it, the number of its frame,
 * its own number, the trade's id, the checksum of the book.
 */
export const meansSchema = z.enum(['chain', 'frame-number', 'update-number', 'trade-id', 'checksum']);
export type Means = z.infer<typeof meansSchema>;

/** What a decoder was proven with: recorded traffic of the venue, its documentation only, or somebody's library. */
export const feedProofSchema = z.enum(['capture', 'documentation', 'library']);
export type FeedProof = z.infer<typeof feedProofSchema>;

const revealedSchema = meansSchema.nullable();

export const feedChannelSchema = z.object({
  channel: z.enum(CHANNELS),
  /** Since the feed began, those that were refused included. */
  messages: unitSchema.count,
  refused: unitSchema.count,
  /** Over `windowSeconds`; null before anything was measured. */
  perSecond: z.number().nullable(),
  windowSeconds: z.number(),
  /** From the venue's time to ours, its clock's offset taken off; null where it tells no time or that is unknown. */
  latency: z.object({ p50Ms: z.number(), p99Ms: z.number(), samples: unitSchema.count }).nullable(),
  /** null: the data can't reveal it, which is to say it is not verifiable. */
  reveals: z.object({
    dropped: revealedSchema,
    doubled: revealedSchema,
    swapped: revealedSchema,
    changed: revealedSchema,
  }),
});
export type FeedChannel = z.infer<typeof feedChannelSchema>;

/** How far a feed's data is to be believed, and what was found when it was checked. */
export const feedQualitySchema = z.object({
  proof: feedProofSchema,
  channels: z.array(feedChannelSchema),
  checks: z.object({
    /** Updates of books that followed the one before them. */
    chained: unitSchema.count,
    checksums: unitSchema.count,
    checksumsFailed: unitSchema.count,
    /** Best bid and offer held against the book at the same update. */
    compared: unitSchema.count,
    differed: unitSchema.count,
  }),
  /** Why messages were refused, most often first. */
  refusals: z.array(z.object({ code: z.string(), count: unitSchema.count })),
});
export type FeedQuality = z.infer<typeof feedQualitySchema>;
