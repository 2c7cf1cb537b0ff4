/** Who came in, and how: the sign-ins of a period by kind. Pure. */
import type { AuditRecord } from '../../protocol/audit.ts';
import type { Section } from './document.ts';
import { asText } from './words.ts';

export class SignIns {
  readonly #kinds = new Map<string, { n: number; seq: number }>();

  add(record: AuditRecord): void {
    const kind = kindOf(record);
    if (kind !== null) this.#kinds.set(kind, { n: (this.#kinds.get(kind)?.n ?? 0) + 1, seq: record.seq });
  }

  section(): Section {
    return {
      title: 'Sign-ins',
      notes: ['The record named is the newest of its kind.'],
      columns: ['Kind', 'Times'],
      rows: [...this.#kinds].map(([kind, { n, seq }]) => ({ seq, cells: [kind, String(n)] })),
    };
  }
}

function kindOf({ action, details }: AuditRecord): string | null {
  switch (action) {
    case 'auth.session':
      return typeof details['wall'] === 'object' && details['wall'] !== null
        ? 'a wall display was set up'
        : `signed in by ${asText(details['factor']) ?? 'an unknown factor'}`;
    case 'auth.session-renewed':
      return 'renewed for 12 hours';
    case 'auth.session-ended':
      return `ended: ${asText(details['why']) ?? 'no reason'}`;
    case 'auth.refused':
      return 'refused';
    default:
      return null;
  }
}
