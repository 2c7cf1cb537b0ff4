import { z } from 'zod';
import { roleSchema } from '../../protocol/session.ts';
import { unitSchema } from '../../protocol/units.ts';

/**
 * The configuration file as people write it (TOML, snake_case). Every table is strict: a
 * misspelt key is an error, never a silent default.
 */
export const PROFILES = ['demo', 'paper', 'production'] as const;
export type Profile = (typeof PROFILES)[number];

const port = z.int('must be a whole number').min(0, 'must be 0 to 65535').max(65_535, 'must be 0 to 65535');
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' });
const wsUrl = z.url({ protocol: /^wss?$/, error: 'must be a ws:// or wss:// address' });
const name = z.string().trim().min(1, 'must not be empty').max(64, 'must be at most 64 characters');
/** Whole units of the quote currency; far below where a number stops being exact. */
const wholeUnits = z
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(1_000_000_000_000, 'must be at most 1000000000000');
const start = z.string().refine((text) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)), {
  error: 'must be a UTC time such as "2026-01-05T12:00:00Z"',
});

export const fileSchema = z.strictObject({
  profile: z.enum(PROFILES, { error: `must be one of ${PROFILES.join(', ')}` }),
  console: z.strictObject({
    host: z.string().min(1, 'must not be empty').default('127.0.0.1'),
    port,
    /** More `Host` names (with port where not 80 or 443) than localhost that are answered. */
    allowed_hosts: z.array(z.string()).default([]),
  }),
  control: z.strictObject({ port }),
  clock: z.strictObject({ start: start.optional() }).default({}),
  /** Where market data comes from. */
  feed: z.strictObject({
    id: unitSchema.venue,
    name,
    rest: httpUrl,
    ws: wsUrl,
    symbols: z.union([z.literal('all'), z.array(z.string().min(1)).min(1, 'must name a symbol')], {
      error: 'must be "all" or a list of symbols',
    }),
    simulated: z.boolean({ error: 'must be true or false' }).default(false),
  }),
  /** Where orders go. */
  venue: z.strictObject({
    id: unitSchema.venue,
    name,
    rest: httpUrl,
    ws: wsUrl,
    simulated: z.boolean({ error: 'must be true or false' }),
    key_file: z.string().min(1, 'must not be empty').optional(),
  }),
  limits: z.strictObject({
    order_value: wholeUnits,
    position_value: wholeUnits,
    orders_per_second: z
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(100_000, 'must be at most 100000'),
  }),
  strategy: z.strictObject({ id: unitSchema.strategy }),
  users: z
    .array(z.strictObject({ id: unitSchema.user, name, role: roleSchema }))
    .min(2, 'needs two users at least: a halt is released by a second person'),
});
export type ConfigFile = z.infer<typeof fileSchema>;
