import { isInPart, type FeedView, type HealthRow } from '../../protocol/health.ts';
import type { HaltView } from '../../protocol/halt.ts';
import type { OrderView } from '../../protocol/orders.ts';
import type { Micros, StrategyId, VenueId } from '../../protocol/units.ts';
import type { AlarmSpec } from './alarm-book.ts';
import * as alarm from './catalogue.ts';
import type { DeadLine } from './dead-lines.ts';
import { headsStopped } from './rows.ts';

/** What is true now, as the owners say it. */
export interface Situation {
  readonly feeds: readonly FeedView[];
  /** Connections that are dead while others of their venue are heard. */
  readonly deadLines: readonly DeadLine[];
  readonly rows: readonly HealthRow[];
  readonly halt: HaltView;
  /** Open orders; unknown ones are alarmed. */
  readonly orders: readonly Pick<OrderView, 'orderId' | 'state' | 'reason' | 'updatedAt'>[];
  /** Open orders at venues in symbols that are not among our instruments. */
  readonly unlisted: readonly { readonly venue: VenueId; readonly symbol: string; readonly orders: number }[];
  readonly auditBroken: string | null;
  /** What keeps signed heads from being kept; null = nothing. */
  readonly headTrouble: string | null;
  /** Strategies' keys that end, live accounts only. */
  readonly keys: readonly { readonly account: StrategyId; readonly expiresAt: Micros }[];
  /** Time servers are configured: not to know the offset is a fault then. */
  readonly clockMeasured: boolean;
  /** What the market itself gives cause for. */
  readonly market: readonly AlarmSpec[];
  readonly now: number;
}

/** An order that stays unknown this long is worth a person's eye; most are answered at once. */
const UNKNOWN_MICROS = 2_000_000;
const UNKNOWN_ALARMS_MAX = 20;
/** A key's end is said a week before. */
const KEY_WARNING_MICROS = 7 * 24 * 3600 * 1_000_000;

/** The alarms whose cause holds now. */
export function conditions(situation: Situation): AlarmSpec[] {
  const { feeds, rows, halt, orders, unlisted, auditBroken, headTrouble, now } = situation;
  const specs: AlarmSpec[] = [...situation.market];
  for (const feed of feeds) {
    // One fault, one alarm: that of its connection.
    if (isInPart(feed)) continue;
    const row = rows.find((one) => one.id === `feed:${feed.venue}`);
    if (feed.state === 'down' || row?.state === 'down') {
      specs.push(alarm.feedDown(feed.venue, row?.sentence ?? feed.sentence));
    } else if (feed.state === 'stale') {
      specs.push(alarm.feedStale(feed.venue, feed.sentence));
    }
  }
  for (const dead of situation.deadLines) specs.push(alarm.feedPart(dead));
  for (const row of rows) {
    if (row.id === 'reports' && row.state === 'degraded') specs.push(alarm.reportUndelivered(row.sentence));
    if (row.id === 'store' && row.state === 'down') specs.push(alarm.storeDown(row.sentence));
    if (row.id === 'store' && row.state === 'degraded') specs.push(alarm.storeBehind(row.sentence));
    if (row.id === 'copy' && (row.state === 'down' || row.state === 'degraded')) {
      specs.push(alarm.copyBehind(row.state, row.sentence));
    }
    // Heads that are not made can't be anchored: one fault, one alarm.
    if (row.id === 'anchors' && headTrouble === null && (row.state === 'down' || row.state === 'degraded')) {
      specs.push(alarm.anchorFailing(row.state, row.sentence));
    }
    if (row.id === 'sealed' && row.state === 'degraded') specs.push(alarm.sealingStopped(row.sentence));
    if (row.id === 'relay' && row.state === 'down') specs.push(alarm.relayDown(row.sentence));
    if (row.id === 'control' && row.state !== 'ok' && row.state !== 'unknown') {
      const worst = row.figures.find((figure) => figure.name.endsWith('max'));
      specs.push(alarm.controlSlow(worst?.value ?? 0));
    }
    if (row.id === 'clock') {
      if (row.state === 'down') specs.push(alarm.clockOff(row.sentence));
      if (row.state === 'degraded') specs.push(alarm.clockNear(row.sentence));
      if (row.state === 'unknown' && situation.clockMeasured) specs.push(alarm.clockUnknown(row.sentence));
    }
    if (row.id === 'certificate' && row.state !== 'ok') {
      specs.push(alarm.certificateTrouble(row.state === 'down' ? 'warning' : 'caution', row.sentence));
    }
    if (row.id.startsWith('venue:')) {
      const venue = row.id.slice('venue:'.length) as VenueId;
      if (row.state === 'down') specs.push(alarm.privateStreamDown(venue, row.sentence));
      else if (row.state === 'degraded') specs.push(alarm.venueTrouble(venue, row.sentence));
    }
  }
  if (halt.phase === 'blocked') specs.push(alarm.haltBlocked());
  if (halt.phase === 'residual') specs.push(alarm.haltResidual(residue(halt)));
  if (auditBroken !== null) specs.push(alarm.auditBroken(auditBroken));
  // While nothing is written, that alone is said.
  else if (headTrouble !== null) specs.push(alarm.headsStopped(headsStopped(headTrouble)));
  for (const venue of new Set(unlisted.map((one) => one.venue))) {
    const there = unlisted.filter((one) => one.venue === venue);
    const symbols = there.map(({ symbol, orders: open }) => `${open} in ${symbol}`).join(', ');
    specs.push(alarm.unlistedOrders(venue, symbols));
  }
  for (const { account, expiresAt } of situation.keys) {
    if (expiresAt - now <= KEY_WARNING_MICROS) specs.push(alarm.serviceKeyEnds(account, expiresAt, now));
  }
  const unknown = orders.filter(
    (order) => order.state === 'unknown' && now - order.updatedAt >= UNKNOWN_MICROS,
  );
  for (const order of unknown.slice(0, UNKNOWN_ALARMS_MAX)) {
    specs.push(alarm.orderUnknown(order.orderId, order.reason ?? 'the venue did not answer.'));
  }
  return specs;
}

function residue(halt: HaltView): string {
  const left = halt.venues.filter((venue) => venue.confirmedZeroAt === null);
  return left
    .map((venue) => {
      const open = venue.openOrders === null ? 'an unknown number' : String(venue.openOrders);
      return `${open} open at ${venue.name}${venue.trouble === null ? '' : ` (${venue.trouble})`}`;
    })
    .join('; ');
}
