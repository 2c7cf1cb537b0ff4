/** What a year's records are evidence of: the counts of a review pack and its table of requirements. Pure. */
import type { AuditRecord } from '../../protocol/audit.ts';
import type { Section } from './document.ts';
import { REQUIREMENTS } from './requirements.ts';
import { count } from './words.ts';

const COUNTED: readonly (readonly [string, RegExp])[] = [
  ['Halt drills', /^drill\./],
  ['Presses of the halt', /^halt\.press$/],
  ['Releases of a halt', /^halt\.release$/],
  ['Limits changed', /^server\.limits$/],
  ['Users made, changed or removed', /^auth\.(user|user-removed)$/],
  ['Restricted names added or removed', /^restriction\./],
  ['Removals by retention', /^retention\./],
  ['Records lost by the log', /^audit\.lost$/],
];

interface Found {
  readonly n: number;
  /** The newest. */
  readonly seq: number;
}

export class Evidence {
  readonly #byAction = new Map<string, Found>();

  add({ action, seq, details }: AuditRecord): void {
    // What was refused changed nothing and shows nothing of what was done.
    if (action.startsWith('halt.') && details['refused'] !== null) return;
    this.#byAction.set(action, { n: (this.#byAction.get(action)?.n ?? 0) + 1, seq });
  }

  counted(): Section {
    return {
      title: 'Evidence counted',
      notes: [
        'The record named is the newest of its kind. A verification of the whole log leaves no record in it: ' +
          'whoever certifies runs `npm run audit -- verify` and keeps what it prints with this pack.',
      ],
      columns: ['What', 'Records'],
      rows: COUNTED.map(([what, pattern]) => {
        const found = this.#of(pattern);
        return { seq: found?.seq ?? null, cells: [what, String(found?.n ?? 0)] };
      }),
    };
  }

  requirements(): Section {
    return {
      title: 'Requirements and their evidence in this log',
      notes: [
        'This table says what the log shows and no more. A requirement that records do not show may be met or ' +
          'not be built yet: the tests of a release name the numbers that they prove, and no others.',
      ],
      columns: ['Number', 'Requirement', 'Evidence'],
      rows: REQUIREMENTS.map(([number, what, pattern]) => {
        const found = pattern && this.#of(pattern);
        const evidence =
          pattern === null
            ? 'not shown by records'
            : found
              ? count(found.n, 'record')
              : 'NONE in this period';
        return { seq: found?.seq ?? null, cells: [number, what, evidence] };
      }),
    };
  }

  #of(pattern: RegExp): Found | null {
    const found = [...this.#byAction].filter(([action]) => pattern.test(action)).map(([, one]) => one);
    if (found.length === 0) return null;
    return { n: found.reduce((sum, { n }) => sum + n, 0), seq: Math.max(...found.map(({ seq }) => seq)) };
  }
}
