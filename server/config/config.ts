import { parse, TomlError } from 'smol-toml';
import type { Origins } from '../../protocol/origin.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Role } from '../../protocol/session.ts';
import type { QuoteMicros, StrategyId, UserId, VenueId } from '../../protocol/units.ts';
import { describeIssue } from './describe.ts';
import { kernelsOf, type KernelsConfig } from './kernels.ts';
import type { Overrides } from './overrides.ts';
import { checkProfile } from './profile.ts';
import { reportsOf, type ReportsConfig } from './reports.ts';
import { feedsIn, tradedFeed, type FeedConfig } from './feeds.ts';
import { fileSchema, type ConfigFile, type Profile, type StoreKind } from './schema.ts';

/** Feeds that share a thread share its delays; more threads than cores help nobody. */
const FEED_THREADS = 2;

/** One address of an exchange that the feed or the orders use. */
export interface VenueAddress {
  readonly id: VenueId;
  readonly name: string;
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly simulated: boolean;
}

/** The server's configuration: checked, complete, and nothing else is read from the file. */
export interface Config {
  readonly profile: Profile;
  readonly origins: Origins;
  readonly console: {
    readonly host: string;
    readonly port: number;
    readonly allowedHosts: readonly string[];
    /** Own TLS; null = none here. Paths are relative to the configuration's folder. */
    readonly tls: { readonly certFile: string; readonly keyFile: string | null } | null;
    readonly redirectPort: number | null;
    readonly trustedProxies: readonly string[];
    readonly allowedAddresses: readonly string[];
  };
  readonly control: { readonly port: number };
  /** UTC start of the wall clock (demo only), or null for the machine's own time. */
  readonly clockStart: string | null;
  /** What the clock is measured against, and how far from UTC it may be, µs. */
  readonly clock: { readonly servers: readonly string[]; readonly boundMicros: number };
  readonly allowOldRuntime: boolean;
  readonly store: { readonly kind: StoreKind };
  /** Where the log is kept once more; the address of a database is a secret. */
  readonly audit: {
    readonly copyTo: string | null;
    /** Where sealed segments go; null = nowhere. */
    readonly sealedTo: string | null;
    readonly copyDatabase: boolean;
    /** As the file says it: relative to its folder. */
    readonly anchorFile: string | null;
    readonly anchorWebhook: string | null;
    readonly anchorSeconds: number;
  };
  /** Days that records are kept, by their kind. */
  readonly retention: Readonly<Record<'orders' | 'control' | 'sessions' | 'clock', number>>;
  /** Days that minute bars are kept. */
  readonly bars: { readonly days: number };
  /** What the server computes of the market by itself. */
  readonly kernels: KernelsConfig;
  readonly reports: ReportsConfig;
  /** At least one, each of another id. */
  readonly feeds: readonly FeedConfig[];
  readonly feedThreads: number;
  readonly venue: VenueAddress & {
    readonly keyFile: string | null;
    /** The feed whose instruments it trades. */
    readonly feed: VenueId;
  };
  readonly replay: { readonly files: readonly string[]; readonly speed: number } | null;
  readonly limits: {
    readonly orderValue: QuoteMicros;
    readonly positionValue: QuoteMicros;
    /** Null: there is no such limit. */
    readonly valueAtRisk: QuoteMicros | null;
    readonly clusterValue: QuoteMicros | null;
    readonly ordersPerSecond: number;
  };
  readonly strategy: StrategyId;
  readonly users: readonly { readonly id: UserId; readonly name: string; readonly role: Role }[];
}

/**
 * Reads the text of a configuration file. `file` is only for the sentence of an error, which
 * names the file, the key and what is wrong with it.
 */
export function readConfig(text: string, file: string, overrides: Overrides = {}): Result<Config> {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = (error.message.split('\n')[0] ?? '').replace('Invalid TOML document: ', '');
    return refuse('config-syntax', `${file}, line ${error.line}: ${what}.`);
  }
  const parsed = fileSchema.safeParse(raw);
  if (!parsed.success) return refuse('config-invalid', `${file}: ${describeIssue(parsed.error, raw)}`);
  const trouble = checkProfile(parsed.data, overrides);
  if (trouble) return refuse(trouble.code, `${file}: ${trouble.sentence}`);
  return ok(fromFile(parsed.data, overrides));
}

function fromFile(file: ConfigFile, overrides: Overrides): Config {
  const rest = overrides.venueRest;
  const ws = overrides.venueWs;
  const feeds = feedsIn(file);
  const traded = tradedFeed(file);
  return {
    profile: file.profile,
    origins: originsOf(file, overrides),
    console: {
      host: file.console.host,
      port: overrides.consolePort ?? file.console.port,
      allowedHosts: file.console.allowed_hosts,
      tls:
        file.console.tls_cert === undefined
          ? null
          : { certFile: file.console.tls_cert, keyFile: file.console.tls_key ?? null },
      redirectPort: file.console.redirect_port ?? null,
      trustedProxies: file.console.trusted_proxies,
      allowedAddresses: file.console.allowed_addresses,
    },
    control: { port: overrides.controlPort ?? file.control.port },
    clockStart: file.clock.start ?? null,
    clock: { servers: file.clock.servers, boundMicros: file.clock.bound_micros },
    allowOldRuntime: file.allow_old_runtime,
    store: { kind: overrides.store ?? file.store.kind },
    audit: {
      copyTo: file.audit.copy_to ?? null,
      sealedTo: file.audit.sealed_to ?? null,
      copyDatabase: file.audit.copy_database,
      anchorFile: file.audit.anchor_file ?? null,
      anchorWebhook: file.audit.anchor_webhook ?? null,
      anchorSeconds: file.audit.anchor_seconds,
    },
    retention: file.retention,
    bars: file.bars,
    kernels: kernelsOf(file.kernels),
    reports: reportsOf(file.reports),
    feeds: feeds.map(({ table: { rest: restUrl, ws: wsUrl, ...feed } }) => {
      // The simulated exchange's address is given on the command line; other addresses stay as written.
      const isHere = feed.simulated && feed.id === traded;
      return { ...feed, restUrl: (isHere && rest) || restUrl, wsUrl: (isHere && ws) || wsUrl };
    }),
    feedThreads: file.feed_threads ?? Math.min(FEED_THREADS, feeds.length),
    venue: {
      id: file.venue.id,
      name: file.venue.name,
      restUrl: rest ?? file.venue.rest,
      wsUrl: ws ?? file.venue.ws,
      simulated: file.venue.simulated,
      keyFile: file.venue.key_file ?? null,
      feed: traded,
    },
    replay: overrides.replay ?? null,
    limits: {
      orderValue: micros(file.limits.order_value),
      positionValue: micros(file.limits.position_value),
      valueAtRisk: file.limits.value_at_risk === undefined ? null : micros(file.limits.value_at_risk),
      clusterValue: file.limits.cluster_value === undefined ? null : micros(file.limits.cluster_value),
      ordersPerSecond: file.limits.orders_per_second,
    },
    strategy: file.strategy.id,
    users: file.users,
  };
}

const micros = (units: number): QuoteMicros => (BigInt(units) * 1_000_000n) as QuoteMicros;

/** What data and orders are called on every panel. A replay has no orders: both wear REPLAY. */
function originsOf(file: ConfigFile, overrides: Overrides): Origins {
  if (overrides.replay) return { data: 'REPLAY', orders: 'REPLAY' };
  const data = feedsIn(file)[0]?.table.simulated ? 'SIM' : 'LIVE';
  if (!file.venue.simulated) return { data, orders: 'LIVE' };
  return { data, orders: data === 'LIVE' ? 'PAPER' : 'SIM' };
}
