import { z } from 'zod';
import { roleSchema } from '../../protocol/session.ts';
import { unitSchema } from '../../protocol/units.ts';
import { barsSchema } from './bars.ts';
import { kernelsSchema } from './kernels.ts';
import { retentionSchema } from './retention.ts';
import { reportsSchema } from './reports.ts';
import { isAddressRange } from './addresses.ts';

/**
 * The configuration file as people write it (TOML, snake_case). Every table is strict: a
 * misspelt key is an error, never a silent default.
 */
export const PROFILES = ['demo', 'paper', 'production'] as const;
export type Profile = (typeof PROFILES)[number];

/** `auto`: the database of `DATABASE_URL`, else a PostgreSQL of our own, else PGlite. */
export const STORE_KINDS = ['auto', 'url', 'embedded', 'pglite', 'none'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

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

const addresses = z.array(
  z.string().refine(isAddressRange, {
    error: 'must be an IP address or a range such as "10.0.0.0/8"',
  }),
);
const file = z.string().min(1, 'must not be empty');

/** An NTP server's name or address, with a port where it is not 123: `time.example`, `[fd00::1]:1123`. */
const timeServer = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+|[0-9a-fA-F:.]+:[0-9a-fA-F:.]+)(:\d{1,5})?$/, {
    error: 'must be the name or address of an NTP server',
  });

const FEEDS_MAX = 16;
const feedSchema = z.strictObject({
  id: unitSchema.venue,
  name,
  /** What the venue speaks. */
  dialect: z
    .string()
    .regex(
      /^(ccxt:)?[a-z0-9-]{1,32}$/,
      'must be the name of a dialect, such as "binance-spot", or of an exchange of ccxt, such as "ccxt:bitstamp"',
    )
    .default('binance-spot'),
  rest: httpUrl,
  ws: wsUrl,
  symbols: z.union([z.literal('all'), z.array(z.string().min(1)).min(1, 'must name a symbol')], {
    error: 'must be "all" or a list of symbols',
  }),
  simulated: z.boolean({ error: 'must be true or false' }).default(false),
});
export type FeedTable = z.infer<typeof feedSchema>;

export const fileSchema = z.strictObject({
  profile: z.enum(PROFILES, { error: `must be one of ${PROFILES.join(', ')}` }),
  console: z.strictObject({
    host: z.string().min(1, 'must not be empty').default('127.0.0.1'),
    port,
    /** More `Host` names (with port where not 80 or 443) than localhost that are answered. */
    allowed_hosts: z.array(z.string()).default([]),
    /** Own TLS 1.3: the certificate (with its chain) and its key, PEM; the key file is of mode 600. */
    tls_cert: file.optional(),
    tls_key: file.optional(),
    /** Where plain HTTP is answered with "use https", and with nothing else. */
    redirect_port: port.optional(),
    /** Proxies that end TLS for us; their `X-Forwarded-For` and `-Proto` are believed, nobody else's. */
    trusted_proxies: addresses.default([]),
    /** Who may connect at all; empty = whoever reaches the port. */
    allowed_addresses: addresses.default([]),
  }),
  control: z.strictObject({ port }),
  clock: z
    .strictObject({
      start: start.optional(),
      /** NTP servers that this clock is measured against; the machine's own time service keeps it. */
      servers: z.array(timeServer).max(8, 'must be at most 8').default([]),
      /** How far from UTC it may be, uncertainty included. */
      bound_micros: z
        .int('must be a whole number')
        .min(100, 'must be at least 100')
        .max(1_000_000, 'must be at most 1000000')
        .default(50_000),
    })
    .prefault({}),
  /** Production refuses a Node past its end of life unless told so here. */
  allow_old_runtime: z.boolean({ error: 'must be true or false' }).default(false),
  /** What the audit log is searched in; the address of `url` is given by DATABASE_URL, a secret. */
  store: z
    .strictObject({
      kind: z.enum(STORE_KINDS, { error: `must be one of ${STORE_KINDS.join(', ')}` }).default('auto'),
    })
    .prefault({}),
  /** The log kept once more, elsewhere. */
  audit: z
    .strictObject({
      /** Signed heads elsewhere: a file on another disk, in a folder that is there already. */
      anchor_file: file.optional(),
      /** Where each is posted to as a signed note; a token by CWTS_ANCHOR_TOKEN, a secret. */
      anchor_webhook: httpUrl.optional(),
      anchor_seconds: z
        .int('must be a whole number')
        .min(1, 'must be at least 1')
        .max(3600, 'must be at most 3600')
        .default(60),
      /** A folder on another disk, there already. */
      copy_to: z.string().startsWith('/', 'must be an absolute path').optional(),
      /** Where whole segments go, compressed; a folder that is there already, and stays. */
      sealed_to: z.string().startsWith('/', 'must be an absolute path').optional(),
      /** A PostgreSQL of its own; its address is given by CWTS_COPY_DATABASE_URL, a secret. */
      copy_database: z.boolean({ error: 'must be true or false' }).default(false),
    })
    .refine(({ copy_to, copy_database }) => copy_to === undefined || !copy_database, {
      error: 'gives both copy_to and copy_database; keep one',
    })
    .prefault({}),
  retention: retentionSchema.prefault({}),
  bars: barsSchema.prefault({}),
  kernels: kernelsSchema.prefault({}),
  reports: reportsSchema.prefault({}),
  /** Where market data comes from: one venue, or several as `[[feeds]]`. */
  feed: feedSchema.optional(),
  feeds: z
    .array(feedSchema)
    .min(1, 'must hold a feed')
    .max(FEEDS_MAX, `must be at most ${FEEDS_MAX}`)
    .optional(),
  /** Threads that the feeds are spread over; 2 at most where it is not said. */
  feed_threads: z
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .max(FEEDS_MAX, `must be at most ${FEEDS_MAX}`)
    .optional(),
  /** Where orders go. */
  venue: z.strictObject({
    id: unitSchema.venue,
    name,
    rest: httpUrl,
    ws: wsUrl,
    simulated: z.boolean({ error: 'must be true or false' }),
    /** The feed whose instruments this account trades; left out, the one of its own id, or the only one. */
    feed: unitSchema.venue.optional(),
    key_file: z.string().min(1, 'must not be empty').optional(),
  }),
  limits: z.strictObject({
    order_value: wholeUnits,
    position_value: wholeUnits,
    /** Of the whole book, a day at 99 %; what rests on it is computed by `[kernels]`. */
    value_at_risk: wholeUnits.optional(),
    /** Sum of the positions that move together. */
    cluster_value: wholeUnits.optional(),
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
