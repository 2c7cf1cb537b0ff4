/** What happened in a day or a year: the daily summary and the yearly review pack. Pure. */
import type { AuditRecord } from '../../protocol/audit.ts';
import type { Micros } from '../../protocol/units.ts';
import { wallMicrosOf } from '../audit/record.ts';
import type { Builder, Content, Section } from './document.ts';
import { Evidence } from './evidence.ts';
import { table } from './incident.ts';
import { SignIns } from './sign-ins.ts';
import { asNumber, asObject, asText, afterText, count, recordTime, valueText } from './words.ts';

/** Whole records that a period's tables list, by their title. */
const LISTED: readonly (readonly [string, RegExp])[] = [
  ['Halts', /^halt\./],
  ['Limit changes', /^server\.limits$/],
  ['Users, sessions and keys changed', /^(auth\.(user|user-removed|service)|admin\.recover|restriction\.)/],
  ['Log book', /^note\./],
  ['Starts, stops and clock steps', /^(server\.(start|stop)|clock\.step|audit\.lost)$/],
  ['Retention and legal holds', /^(hold\.|retention\.|drill\.)/],
];
const CERTIFIED = 'review.certified';
const VERIFIED = 'report.verified';

export class PeriodBuilder implements Builder {
  readonly #kind: 'daily' | 'review';
  readonly #about: string;
  readonly #from: number;
  readonly #to: number;
  readonly #listed = new Map<string, AuditRecord[]>(LISTED.map(([title]) => [title, []]));
  readonly #counts = new Map<string, number>();
  readonly #rejects = new Map<string, { n: number; seq: number }>();
  readonly #alarms: { raised: AuditRecord; acknowledged: AuditRecord | null }[] = [];
  readonly #syncs: AuditRecord[] = [];
  readonly #certifications: AuditRecord[] = [];
  readonly #verifications: AuditRecord[] = [];
  readonly #evidence = new Evidence();
  readonly #signIns = new SignIns();
  #records = 0;

  constructor(kind: 'daily' | 'review', about: string, from: number, to: number) {
    this.#kind = kind;
    this.#about = about;
    this.#from = from;
    this.#to = to;
  }

  add(record: AuditRecord): void {
    const { action, details } = record;
    // A year is certified, and the log verified for its pack, after its end.
    if (action === CERTIFIED && details['about'] === this.#about) this.#certifications.push(record);
    if (action === VERIFIED && details['about'] === this.#about) this.#verifications.push(record);
    if (action === 'alarm.acknowledged') this.#acknowledge(record);
    const at = wallMicrosOf(record);
    if (at < this.#from || at >= this.#to) return;
    this.#records += 1;
    this.#evidence.add(record);
    this.#signIns.add(record);
    this.#counts.set(action, (this.#counts.get(action) ?? 0) + 1);
    for (const [title, pattern] of LISTED) if (pattern.test(action)) this.#listed.get(title)?.push(record);
    if (action === 'alarm.raised') this.#alarms.push({ raised: record, acknowledged: null });
    else if (action === 'clock.sync') this.#syncs.push(record);
    else if (action === 'order.refuse') {
      const rule = asText(details['rule']) ?? asText(details['code']) ?? 'no rule named';
      this.#rejects.set(rule, { n: (this.#rejects.get(rule)?.n ?? 0) + 1, seq: record.seq });
    }
  }

  content(): Content | null {
    if (this.#records === 0) return null;
    const what = this.#kind === 'daily' ? 'Daily summary' : 'Yearly review';
    return {
      title: `${what} ${this.#about}${this.#certifiers()}`,
      period: { from: this.#from as Micros, to: this.#to as Micros },
      summary: [
        `${count(this.#records, 'record')} in the audit log in this period.`,
        `${count(this.#listed.get('Halts')?.filter(({ action }) => action === 'halt.press').length ?? 0, 'press', 'presses')} of the halt, ${count(this.#alarms.length, 'alarm')} raised, ${count(this.#sum(this.#rejects), 'order')} refused.`,
        'What the desk measures itself by are its own objectives; no rule sets them.',
      ],
      sections: [
        ...(this.#kind === 'review'
          ? [this.#certification(), this.#verified(), this.#evidence.counted(), this.#evidence.requirements()]
          : []),
        this.#signIns.section(),
        this.#rejected(),
        this.#alarmed(),
        ...LISTED.map(([title]) => table(title, this.#listed.get(title) ?? [])),
        this.#clock(),
        this.#heads(),
        this.#counted(),
      ],
    };
  }

  #acknowledge(record: AuditRecord): void {
    const open = [...this.#alarms]
      .reverse()
      .find(({ raised, acknowledged }) => raised.scope === record.scope && acknowledged === null);
    if (open) open.acknowledged = record;
  }

  #sum(counted: ReadonlyMap<string, { readonly n: number }>): number {
    return [...counted.values()].reduce((sum, { n }) => sum + n, 0);
  }

  /** A pack with its certification is told apart from the one that was certified. */
  #certifiers(): string {
    const names = [...new Set(this.#certifications.map(({ actor }) => actor))];
    return names.length === 0 ? '' : `, with the certification of ${names.join(' and ')}`;
  }

  #certification(): Section {
    return {
      title: 'Certification by the chief executive',
      notes:
        this.#certifications.length === 0
          ? ['NOT certified: no chief executive has certified this pack in the log.']
          : ['Given in the console with a factor of its own; the record is in the log.'],
      columns: ['Time', 'Who', 'Pack', 'Factor', 'Statement'],
      rows: this.#certifications.map((record) => ({
        seq: record.seq,
        cells: [
          recordTime(record),
          `${record.actor} (${record.role ?? 'no role'})`,
          valueText(record.details['report']),
          record.factor ?? '–',
          valueText(record.details['statement']),
        ],
      })),
    };
  }

  #verified(): Section {
    return {
      title: 'Verification of the log',
      notes: [
        'The server read its whole log before it made this pack: records, hashes, signed heads, and the anchors ' +
          'beside it. Whoever trusts no server does the same with `npm run audit -- verify` and anchors of their own.',
      ],
      columns: ['Time', 'Verdict', 'Found'],
      rows: this.#verifications.flatMap((record) => {
        const { isRight, lines } = record.details;
        const verdict = [recordTime(record), isRight === true ? 'right' : 'WRONG'];
        const found = Array.isArray(lines) ? lines.map(valueText) : ['–'];
        return found.map((line, i) => ({
          seq: record.seq,
          cells: [...(i === 0 ? verdict : ['', '']), line],
        }));
      }),
    };
  }

  #rejected(): Section {
    return {
      title: 'Orders refused, by rule',
      notes: ['The record named is the newest of its rule.'],
      columns: ['Rule', 'Orders'],
      rows: [...this.#rejects].map(([rule, { n, seq }]) => ({ seq, cells: [rule, String(n)] })),
    };
  }

  #alarmed(): Section {
    return {
      title: 'Alarms and the time to their acknowledgement',
      notes: this.#alarms.length > 500 ? [`The first 500 of ${this.#alarms.length}.`] : [],
      columns: ['Raised', 'Priority', 'Alarm', 'Acknowledged by', 'After'],
      rows: this.#alarms.slice(0, 500).map(({ raised, acknowledged }) => {
        const spec = asObject(raised.details['spec']);
        return {
          seq: raised.seq,
          cells: [
            recordTime(raised),
            valueText(spec['priority']),
            valueText(spec['sentence']),
            acknowledged?.actor ?? 'nobody',
            afterText(wallMicrosOf(raised), acknowledged && wallMicrosOf(acknowledged)),
          ],
        };
      }),
    };
  }

  #clock(): Section {
    const offsets = this.#syncs.flatMap(({ details }) => asNumber(details['offsetMicros']) ?? []);
    const worst = offsets.length === 0 ? null : Math.max(...offsets.map(Math.abs));
    const last = this.#syncs.at(-1);
    return {
      title: 'Clock against UTC',
      notes: ['The record named is the newest measurement; the log has each.'],
      columns: ['Measurements', 'Largest offset, µs', 'Newest state'],
      rows: last
        ? [
            {
              seq: last.seq,
              cells: [
                String(this.#syncs.length),
                worst === null ? 'not known' : String(worst),
                valueText(last.details['state']),
              ],
            },
          ]
        : [],
    };
  }

  /** Where the heads of the log went is not in the log itself; that it failed is. */
  #heads(): Section {
    const failed = this.#alarms.filter(({ raised }) => /^(anchors|copy|audit)/.test(alarmOf(raised)));
    return {
      title: 'The log’s head and its anchors',
      notes: [
        'The head that this report was built under stands behind the report, signed. Anchors keep heads ' +
          'outside the log and leave no record in it: `npm run audit -- verify` compares them. Below are the ' +
          'alarms that said a head could not be signed, copied or anchored.',
      ],
      columns: ['Time', 'Alarm'],
      rows: failed.map(({ raised }) => ({
        seq: raised.seq,
        cells: [recordTime(raised), valueText(asObject(raised.details['spec'])['sentence'])],
      })),
    };
  }

  #counted(): Section {
    return {
      title: 'Records by kind',
      notes: [],
      columns: ['Kind', 'Records'],
      rows: [...this.#counts]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([action, n]) => ({ seq: null, cells: [action, String(n)] })),
    };
  }
}

const alarmOf = ({ details, scope }: AuditRecord): string =>
  asText(asObject(details['spec'])['alarmId']) ?? scope.replace(/^alarm:/, '');
