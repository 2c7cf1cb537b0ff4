/** What each part's health row says: pure, from what was measured. Red is only ever a part's own fault. */
import {
  isInPart,
  type FeedView,
  type Figure,
  type HealthRow,
  type HealthState,
} from '../../protocol/health.ts';
import type { ClockView } from './clock-offset.ts';
import type { DiskSyncsReading } from './disk-syncs.ts';
import type { LoopDelay } from './loop-delay.ts';

/** A row before its owner adds `since` and `checkedAt`. */
export type RowReading = Omit<HealthRow, 'since' | 'checkedAt'>;

const row = (
  id: string,
  name: string,
  state: HealthState,
  sentence: string,
  figures: readonly Figure[] = [],
): RowReading => ({ id, name, state, sentence, figures: [...figures] });

export const figure = (
  name: string,
  value: number | null,
  unit: Figure['unit'],
  samples: number | null = null,
  windowSeconds: number | null = null,
): Figure => ({ name, value, unit, samples, windowSeconds });

export const CONTROL_SLOW_MS = 250;
const CONTROL_DOWN_MS = 1000;

export function controlRow(delay: LoopDelay | null): RowReading {
  if (!delay) return row('control', 'Control thread', 'unknown', 'Nothing was measured yet.');
  const { p50Ms, p99Ms, maxMs, samples, windowSeconds } = delay;
  const figures = [
    figure('event-loop delay p50', p50Ms, 'ms', samples, windowSeconds),
    figure('event-loop delay p99', p99Ms, 'ms', samples, windowSeconds),
    figure('event-loop delay max', maxMs, 'ms', samples, windowSeconds),
  ];
  const late = `Its event loop ran up to ${maxMs.toFixed(0)} ms late in the last ${windowSeconds} s.`;
  if (maxMs >= CONTROL_DOWN_MS) return row('control', 'Control thread', 'down', late, figures);
  if (maxMs >= CONTROL_SLOW_MS) return row('control', 'Control thread', 'degraded', late, figures);
  return row('control', 'Control thread', 'ok', 'Its event loop is on time.', figures);
}

export interface RelayReading {
  /** null: it runs. */
  readonly dead: string | null;
  /** Seconds since its last statistics; null = none yet. */
  readonly statsAgeSeconds: number | null;
  readonly stats: {
    readonly clients: number;
    readonly framesPerSecond: number;
    readonly bytesPerSecond: number;
    readonly frameAgeP50Ms: number | null;
    readonly frameAgeP99Ms: number | null;
    readonly frameAgeSamples: number;
    readonly slowClients: number;
    readonly loopDelayP99Ms: number | null;
    readonly loopDelaySamples: number;
    readonly windowSeconds: number;
  } | null;
}

const RELAY_SILENT_SECONDS = 4;
const RELAY_SLOW_MS = 100;

export function relayRow(reading: RelayReading): RowReading {
  const name = 'Relay to consoles';
  if (reading.dead !== null) return row('relay', name, 'down', reading.dead);
  const { stats, statsAgeSeconds } = reading;
  if (!stats || statsAgeSeconds === null) return row('relay', name, 'unknown', 'It has not reported yet.');
  const { windowSeconds, frameAgeSamples, loopDelaySamples } = stats;
  const figures = [
    figure('consoles', stats.clients, 'count'),
    figure('slow consoles', stats.slowClients, 'count'),
    figure('frames', stats.framesPerSecond, 'per-second', null, windowSeconds),
    figure('bytes a second', stats.bytesPerSecond, 'bytes', null, windowSeconds),
    figure('frame age p50', stats.frameAgeP50Ms, 'ms', frameAgeSamples, windowSeconds),
    figure('frame age p99', stats.frameAgeP99Ms, 'ms', frameAgeSamples, windowSeconds),
    figure('event-loop delay p99', stats.loopDelayP99Ms, 'ms', loopDelaySamples, windowSeconds),
  ];
  if (statsAgeSeconds > RELAY_SILENT_SECONDS) {
    return row('relay', name, 'down', `It has been silent for ${statsAgeSeconds.toFixed(0)} s.`, figures);
  }
  const late = stats.loopDelayP99Ms ?? 0;
  if (late > RELAY_SLOW_MS) {
    return row('relay', name, 'degraded', `Its event loop runs ${late.toFixed(0)} ms late.`, figures);
  }
  if (stats.slowClients > 0) {
    const slow = `${stats.slowClients} of ${stats.clients} consoles do not keep up; they get fewer frames.`;
    return row('relay', name, 'ok', slow, figures);
  }
  return row('relay', name, 'ok', 'It serves.', figures);
}

const FEED_STATES: Readonly<Record<FeedView['state'], HealthState>> = {
  connecting: 'unknown',
  connected: 'unknown',
  subscribed: 'degraded',
  live: 'ok',
  quiet: 'ok',
  stale: 'degraded',
  resyncing: 'degraded',
  ended: 'ok',
  down: 'down',
};

export function feedRow(view: FeedView, name: string, dead: string | null): RowReading {
  const figures = [
    figure('frames', view.frames, 'count'),
    figure('gaps', view.gaps, 'count'),
    figure('resyncs', view.resyncs, 'count'),
    figure('reconnects', view.reconnects, 'count'),
    figure('quarantined', view.quarantined, 'count'),
    figure(
      view.clockSource === 'messages' ? 'clock offset, from messages' : 'clock offset',
      view.clockOffsetMs,
      'ms',
    ),
  ];
  if (dead !== null) return row(`feed:${view.venue}`, `Market data · ${name}`, 'down', dead, figures);
  return row(`feed:${view.venue}`, `Market data · ${name}`, stateOf(view), view.sentence, figures);
}

/** What still comes is of now: a part that is missing is no venue that is down. */
function stateOf(view: FeedView): HealthState {
  const state = FEED_STATES[view.state];
  return state === 'down' && isInPart(view) ? 'degraded' : state;
}

export interface VenueReading {
  readonly venue: string;
  readonly name: string;
  readonly privateStream: 'up' | 'connecting' | 'down';
  readonly trouble: string | null;
  readonly orderLatency: { readonly p50Ms: number; readonly p99Ms: number; readonly samples: number } | null;
  readonly weight: {
    readonly used: number;
    readonly limit: number | null;
    readonly reservedForHalt: number;
    readonly blockedForMs: number;
  };
}

export function venueRow(status: VenueReading): RowReading {
  const id = `venue:${status.venue}`;
  const name = `Orders · ${status.name}`;
  const { orderLatency, weight } = status;
  const samples = orderLatency?.samples ?? 0;
  const figures = [
    figure('order round trip p50', orderLatency?.p50Ms ?? null, 'ms', samples),
    figure('order round trip p99', orderLatency?.p99Ms ?? null, 'ms', samples),
    figure('rate weight used', weight.used, 'count'),
    figure('rate weight limit', weight.limit, 'count'),
  ];
  if (status.privateStream === 'down') {
    return row(id, name, 'down', status.trouble ?? 'Its private stream is down.', figures);
  }
  if (weight.blockedForMs > 0) {
    const seconds = Math.ceil(weight.blockedForMs / 1000);
    return row(id, name, 'down', `The venue refuses requests for ${seconds} s more.`, figures);
  }
  if (status.trouble !== null) return row(id, name, 'degraded', status.trouble, figures);
  if (status.privateStream === 'connecting') return row(id, name, 'unknown', 'It is connecting.', figures);
  return row(id, name, 'ok', 'Own orders are pushed.', figures);
}

export interface AuditReading {
  /** null: it writes. */
  readonly broken: { readonly sentence: string; readonly spooled: number; readonly lost: number } | null;
  /** What keeps signed heads from being kept; null = nothing. */
  readonly headTrouble: string | null;
  readonly records: number;
  readonly syncs: DiskSyncsReading;
}

const SYNC_SLOW_MS = 100;

/** As row and alarm say it. */
export const headsStopped = (trouble: string): string =>
  `Records are written, but signed heads are not: ${trouble}.`;

export function auditRow(reading: AuditReading): RowReading {
  const figures = [...reading.syncs.figures, figure('records', reading.records, 'count')];
  const { broken } = reading;
  if (broken) {
    const spooled = figure('spooled', broken.spooled, 'count');
    const lost = figure('lost', broken.lost, 'count');
    return row('audit', 'Audit log', 'down', broken.sentence, [...figures, spooled, lost]);
  }
  if (reading.headTrouble !== null) {
    return row('audit', 'Audit log', 'degraded', headsStopped(reading.headTrouble), figures);
  }
  const late = reading.syncs.lateMs ?? 0;
  if (late > SYNC_SLOW_MS) {
    return row('audit', 'Audit log', 'degraded', `The disk takes ${late.toFixed(0)} ms to sync.`, figures);
  }
  return row('audit', 'Audit log', 'ok', 'Records are on disk before they are acknowledged.', figures);
}

export interface StrategiesReading {
  readonly strategies: readonly {
    readonly id: string;
    readonly connected: boolean;
    readonly openOrders: number;
  }[];
}

/** Red when orders work that nobody minds: their strategy is gone. */
export function strategiesRow(reading: StrategiesReading): RowReading {
  const connected = reading.strategies.filter((one) => one.connected).length;
  const left = reading.strategies.filter((one) => !one.connected && one.openOrders > 0);
  const figures = [figure('connected', connected, 'count')];
  const [first] = left;
  if (first) {
    const sentence = `${first.id} is not connected and left ${first.openOrders} open orders.`;
    return row('strategies', 'Strategies', 'down', sentence, figures);
  }
  const sentence = connected === 0 ? 'None is connected, none has open orders.' : `${connected} connected.`;
  return row('strategies', 'Strategies', 'ok', sentence, figures);
}

const CLOCK_STATES: Readonly<Record<ClockView['state'], HealthState>> = {
  ok: 'ok',
  warned: 'degraded',
  over: 'down',
  unknown: 'unknown',
};

export function clockRow(view: ClockView): RowReading {
  const figures = [
    figure('offset to UTC', view.offsetMicros === null ? null : Math.round(view.offsetMicros), 'us'),
    figure('error bound', view.errorMicros === null ? null : Math.ceil(view.errorMicros), 'us'),
    figure('allowed', view.boundMicros, 'us'),
  ];
  return row('clock', 'Clock · UTC', CLOCK_STATES[view.state], view.sentence, figures);
}

/** `null`: this build does not say what it is made of. */
export function releaseRow(version: string, release: string | null): RowReading {
  const name = 'Release';
  if (release === null) {
    return row('release', name, 'unknown', `Version ${version}; this build has no release hash.`);
  }
  return row('release', name, 'ok', `Version ${version}, release ${release.slice(0, 16)}.`);
}

const DAY_MS = 86_400_000;
export const RENEW_DAYS = 21;

/** The certificate of the public port, `validTo` in Unix ms. */
export function certificateRow(validTo: number, trouble: string | null, nowMs: number): RowReading {
  const name = 'Certificate';
  const days = Math.floor((validTo - nowMs) / DAY_MS);
  const until = new Date(validTo).toISOString().slice(0, 10);
  const figures = [figure('seconds left', Math.max(0, Math.round((validTo - nowMs) / 1000)), 'seconds')];
  if (days < 0)
    return row('certificate', name, 'down', `It expired on ${until}; browsers refuse it.`, figures);
  if (trouble !== null)
    return row('certificate', name, 'degraded', `The new pair is not served: ${trouble}`, figures);
  if (days < RENEW_DAYS)
    return row('certificate', name, 'degraded', `It expires in ${days} days (${until}).`, figures);
  return row('certificate', name, 'ok', `It is good until ${until}.`, figures);
}
