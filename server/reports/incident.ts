/** An incident report from a halt: what the log says happened, in its order. Pure. */
import type { AuditRecord } from '../../protocol/audit.ts';
import { isOpen } from '../../protocol/orders.ts';
import type { Micros } from '../../protocol/units.ts';
import { wallMicrosOf } from '../audit/record.ts';
import type { Builder, Content, Section } from './document.ts';
import { OrderBookOfLog, type ReportedOrder } from './order-book.ts';
import {
  actorText,
  afterText,
  asNumber,
  asObject,
  asText,
  count,
  recordTime,
  timeText,
  valueText,
} from './words.ts';

/** What belongs to a halt beside its own records. */
const SIDE_BY_SIDE = /^(alarm\.|note\.added|server\.(start|stop)|clock\.step|audit\.lost)/;
/** Tables of thousands serve nobody; the log has them all and the report says how many it left out. */
const ROWS_MAX = 500;

export class IncidentBuilder implements Builder {
  readonly #haltId: string;
  readonly #book = new OrderBookOfLog();
  #openAtPress: readonly ReportedOrder[] | null = null;
  #positionsAtPress: ReturnType<OrderBookOfLog['positions']> = [];
  readonly #halts: AuditRecord[] = [];
  readonly #around: AuditRecord[] = [];
  readonly #refused: AuditRecord[] = [];
  readonly #filledAfter: { readonly order: ReportedOrder; readonly seq: number }[] = [];
  #isOver = false;

  constructor(haltId: string) {
    this.#haltId = haltId;
  }

  add(record: AuditRecord): void {
    if (this.#isOver) return;
    const isOfHalt = this.#isOfHalt(record);
    if (isOfHalt) this.#addHalt(record);
    const order = this.#book.add(record);
    if (this.#openAtPress === null) {
      if (record.seq % 10_000 === 0) this.#book.prune();
    } else if (!isOfHalt) this.#addWithin(record, order);
  }

  content(): Content | null {
    const [first] = this.#halts;
    const last = this.#halts.at(-1);
    if (!first || !last) return null;
    const state = asObject(last.details['state']);
    const phase = asText(state['phase']) ?? 'unknown';
    const pressedAt = asNumber(asObject(first.details['state'])['pressedAt']) ?? wallMicrosOf(first);
    return {
      title: `Halt ${this.#haltId}: ${PHASES[phase] ?? phase}`,
      period: { from: pressedAt as Micros, to: wallMicrosOf(last) },
      summary: this.#summary(first, phase, pressedAt),
      sections: [
        this.#decisions(),
        this.#venues(pressedAt),
        this.#orders(),
        this.#positions(),
        this.#refusals(),
        table('Alarms in that time', this.#of('alarm.')),
        table('Log book in that time', this.#of('note.')),
        this.#residual(phase, last),
        this.#timeline(),
      ],
    };
  }

  #isOfHalt({ action, details, before, after }: AuditRecord): boolean {
    if (!action.startsWith('halt.')) return false;
    const state = asObject(details['state']);
    const joined = Array.isArray(state['joined']) ? state['joined'] : [];
    return (
      state['haltId'] === this.#haltId ||
      before?.['haltId'] === this.#haltId ||
      after?.['haltId'] === this.#haltId ||
      joined.some((one) => asObject(one)['haltId'] === this.#haltId)
    );
  }

  #addHalt(record: AuditRecord): void {
    if (this.#openAtPress === null) {
      this.#openAtPress = this.#book.open();
      this.#positionsAtPress = this.#book.positions();
    }
    this.#halts.push(record);
    const wasAccepted = record.details['refused'] === null;
    const isOpening = record.action === 'halt.release' || record.action === 'halt.take-back';
    if (isOpening && wasAccepted) this.#isOver = true;
  }

  #addWithin(record: AuditRecord, order: ReportedOrder | null): void {
    if (record.action === 'order.refuse') this.#refused.push(record);
    if (SIDE_BY_SIDE.test(record.action)) this.#around.push(record);
    const fills = record.details['fills'];
    if (order && Array.isArray(fills) && fills.length > 0) {
      this.#filledAfter.push({ order, seq: record.seq });
    }
  }

  #of(prefix: string): AuditRecord[] {
    return this.#around.filter(({ action }) => action.startsWith(prefix));
  }

  #summary(first: AuditRecord, phase: string, pressedAt: number): string[] {
    const cause = asObject(asObject(first.details['state'])['cause']);
    const why = first.reason ?? asText(cause['sentence']) ?? asText(cause['reason']);
    const release = this.#halts.find(({ action, details }) => {
      return action === 'halt.release' && details['refused'] === null;
    });
    const before = this.#openAtPress ?? [];
    const left = before.filter(({ orderId }) => isOpen(this.#book.of(orderId)?.state ?? 'unknown'));
    return [
      `Trading of the firm was halted at ${timeText(pressedAt)} by ${actorText(first)}.`,
      `Reason given: ${why?.replace(/\.+$/, '') ?? 'none'}.`,
      `${count(before.length, 'order was', 'orders were')} open at the press; ${left.length} of them ` +
        'are not known to be closed in the newest record of this report.',
      release
        ? `Released at ${recordTime(release)} by ${actorText(release)}: ${release.reason ?? 'no reason'}.`
        : `Where the log ends for this report, the halt is: ${PHASES[phase] ?? phase}.`,
      'Times to cancel and to confirm are measured against this desk’s own objectives; no rule sets them.',
    ];
  }

  #decisions(): Section {
    const people = this.#halts.filter(({ action }) => action !== 'halt.progress');
    return {
      title: 'Who decided',
      notes: ['A refused request changed nothing and is listed because it was asked.'],
      columns: ['Time', 'Who', 'What', 'Factor', 'Reason', 'Outcome'],
      rows: people.slice(0, ROWS_MAX).map((record) => ({
        seq: record.seq,
        cells: [
          recordTime(record),
          actorText(record),
          record.action.slice('halt.'.length),
          record.factor ?? '–',
          record.reason ?? '–',
          record.details['refused'] === null
            ? 'accepted'
            : `refused: ${valueText(record.details['refused'])}`,
        ],
      })),
    };
  }

  /** The venues' rows in the newest record that has them confirmed or not. */
  #venues(pressedAt: number): Section {
    const read = [...this.#halts].reverse().find(({ action, details }) => {
      const opens = action === 'halt.release' || action === 'halt.take-back';
      return Array.isArray(details['venues']) && !(opens && details['refused'] === null);
    });
    const venues = read ? (read.details['venues'] as readonly unknown[]).map(asObject) : [];
    const time = (venue: Readonly<Record<string, unknown>>, name: string): string => {
      const at = asNumber(venue[name]);
      return at === null ? '–' : `${timeText(at)} (+${afterText(pressedAt, at)})`;
    };
    return {
      title: 'Venues: sent, acknowledged, confirmed at zero',
      notes: [
        'Confirmed at zero: the venue’s own list of open orders was read again and was empty. An acknowledgement alone is no confirmation.',
      ],
      columns: ['Venue', 'Cancels sent', 'Acknowledged', 'Confirmed zero', 'Open', 'Not ours', 'Trouble'],
      rows: venues.map((venue) => ({
        seq: read?.seq ?? null,
        cells: [
          valueText(venue['name'] ?? venue['venue']),
          time(venue, 'sentAt'),
          time(venue, 'acknowledgedAt'),
          time(venue, 'confirmedZeroAt'),
          venue['openOrders'] === null ? 'not known' : valueText(venue['openOrders']),
          venue['foreignOrders'] === null ? 'not known' : valueText(venue['foreignOrders']),
          valueText(venue['trouble']),
        ],
      })),
    };
  }

  #orders(): Section {
    const before = this.#openAtPress ?? [];
    const filled = this.#filledAfter.filter(
      ({ order }) => !before.some((one) => one.orderId === order.orderId),
    );
    const listed = [
      ...before.map((was) => ({ was: was.state, now: this.#book.of(was.orderId) ?? was })),
      ...filled.map(({ order }) => ({
        was: 'filled after the press',
        now: this.#book.of(order.orderId) ?? order,
      })),
    ];
    return {
      title: 'Orders',
      notes: [...leftOut(listed.length)],
      columns: [
        'Order',
        'Symbol',
        'Venue',
        'For',
        'Side',
        'Price',
        'Size',
        'Filled',
        'At the press',
        'At the end',
      ],
      rows: listed.slice(0, ROWS_MAX).map(({ was, now }) => ({
        seq: now.seq,
        cells: [
          now.orderId,
          now.symbol,
          now.venue,
          now.owner === 'foreign' ? 'not ours' : (now.strategy ?? 'a person'),
          now.side,
          now.price,
          now.size,
          now.filled,
          was,
          now.state,
        ],
      })),
    };
  }

  #positions(): Section {
    const now = new Map(this.#book.positions().map((position) => [position.symbol, position]));
    const before = new Map(this.#positionsAtPress.map((position) => [position.symbol, position]));
    return {
      title: 'Positions from our own fills',
      notes: ['Long positive. Fills of this log alone: what was held before the log began is not in it.'],
      columns: ['Symbol', 'At the press', 'At the end'],
      rows: [...new Set([...before.keys(), ...now.keys()])].map((symbol) => ({
        seq: now.get(symbol)?.seq ?? before.get(symbol)?.seq ?? null,
        cells: [symbol, before.get(symbol)?.size ?? '0', now.get(symbol)?.size ?? '0'],
      })),
    };
  }

  #refusals(): Section {
    return {
      title: 'Orders refused since the press',
      notes: leftOut(this.#refused.length),
      columns: ['Time', 'Who', 'Symbol', 'Refusal'],
      rows: this.#refused.slice(0, ROWS_MAX).map((record) => ({
        seq: record.seq,
        cells: [
          recordTime(record),
          actorText(record),
          record.scope,
          valueText(record.details['sentence'] ?? record.details['code']),
        ],
      })),
    };
  }

  #residual(phase: string, last: AuditRecord): Section {
    const left = this.#book.open();
    const none = 'No order is open in the log at the end of this report.';
    return {
      title: 'Residual risk',
      notes: [
        left.length === 0 ? none : `${count(left.length, 'order is', 'orders are')} not known to be closed.`,
        ...(phase === 'residual'
          ? ['Not every venue was confirmed at zero in time; cancelling went on.']
          : []),
        ...(asObject(last.details['state'])['crashed'] === true
          ? [
              'The server went down before or during this halt: what had left by then is told by the venues only.',
            ]
          : []),
        'Positions above remain: a halt cancels orders, it does not close positions.',
      ],
      columns: ['Order', 'Symbol', 'Venue', 'State'],
      rows: left.slice(0, ROWS_MAX).map(({ orderId, symbol, venue, state, seq }) => ({
        seq,
        cells: [orderId, symbol, venue, state],
      })),
    };
  }

  #timeline(): Section {
    const all = [...this.#halts, ...this.#around].sort((a, b) => a.seq - b.seq);
    return table('Timeline', all);
  }
}

const PHASES: Readonly<Record<string, string>> = {
  trading: 'released',
  blocked: 'blocked, nothing was cancelled',
  cancelling: 'cancelling',
  confirmed: 'confirmed at zero everywhere',
  residual: 'orders remain',
};

/** Records as they are: time, who, what. */
export function table(title: string, records: readonly AuditRecord[]): Section {
  return {
    title,
    notes: leftOut(records.length),
    columns: ['Time', 'Who', 'What', 'About', 'Says'],
    rows: records.slice(0, ROWS_MAX).map((record) => ({
      seq: record.seq,
      cells: [recordTime(record), actorText(record), record.action, record.scope, saysOf(record)],
    })),
  };
}

function saysOf({ action, details, reason }: AuditRecord): string {
  if (action.startsWith('halt.')) return asText(asObject(details['state'])['phase']) ?? '';
  const sentence =
    asText(asObject(details['spec'])['sentence']) ??
    asText(details['sentence']) ??
    asText(details['text']) ??
    asText(details['comment']);
  return sentence ?? reason ?? '';
}

function leftOut(rows: number): string[] {
  return rows > ROWS_MAX ? [`The first ${ROWS_MAX} of ${rows}; the log has all of them.`] : [];
}
