import type { FeedView, HealthRow } from '../../protocol/health.ts';
import type { HaltView } from '../../protocol/halt.ts';
import type { OrderView } from '../../protocol/orders.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { AlarmSpec } from './alarm-book.ts';
import * as alarm from './catalogue.ts';

/** What is true now, as the owners say it. */
export interface Situation {
  readonly feeds: readonly FeedView[];
  readonly rows: readonly HealthRow[];
  readonly halt: HaltView;
  /** Open orders; unknown ones are alarmed. */
  readonly orders: readonly Pick<OrderView, 'orderId' | 'state' | 'reason' | 'updatedAt'>[];
  /** Open orders at venues in symbols that are not among our instruments. */
  readonly unlisted: readonly { readonly venue: VenueId; readonly symbol: string; readonly orders: number }[];
  readonly auditBroken: string | null;
  readonly now: number;
}

/** An order that stays unknown this long is worth a person's eye; most are answered at once. */
const UNKNOWN_MICROS = 2_000_000;
const UNKNOWN_ALARMS_MAX = 20;

/** The alarms whose cause holds now. */
export function conditions(situation: Situation): AlarmSpec[] {
  const { feeds, rows, halt, orders, unlisted, auditBroken, now } = situation;
  const specs: AlarmSpec[] = [];
  for (const feed of feeds) {
    const row = rows.find((one) => one.id === `feed:${feed.venue}`);
    if (feed.state === 'down' || row?.state === 'down') {
      specs.push(alarm.feedDown(feed.venue, row?.sentence ?? feed.sentence));
    } else if (feed.state === 'stale') {
      specs.push(alarm.feedStale(feed.venue, feed.sentence));
    }
  }
  for (const row of rows) {
    if (row.id === 'relay' && row.state === 'down') specs.push(alarm.relayDown(row.sentence));
    if (row.id === 'control' && row.state !== 'ok' && row.state !== 'unknown') {
      const worst = row.figures.find((figure) => figure.name.endsWith('max'));
      specs.push(alarm.controlSlow(worst?.value ?? 0));
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
  for (const venue of new Set(unlisted.map((one) => one.venue))) {
    const there = unlisted.filter((one) => one.venue === venue);
    const symbols = there.map(({ symbol, orders: open }) => `${open} in ${symbol}`).join(', ');
    specs.push(alarm.unlistedOrders(venue, symbols));
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
