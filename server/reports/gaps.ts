/** What a report could not read: records that retention removed, between two that are there. Pure. */
import type { AuditRecord } from '../../protocol/audit.ts';
import { wallMicrosOf } from '../audit/record.ts';
import type { Range } from '../audit/removed.ts';
import type { Content } from './document.ts';
import { timeText } from './words.ts';

interface Gap extends Range {
  /** When the records beside it were written, µs; null: there is none before it. */
  readonly after: number | null;
  readonly before: number;
}

export class Gaps {
  readonly #removed: readonly Range[];
  readonly #gaps: Gap[] = [];
  #lastSeq = 0;
  #lastAt: number | null = null;

  /** `removed`: as the log's folder says it, in order. */
  constructor(removed: readonly Range[]) {
    this.#removed = removed;
  }

  add(record: AuditRecord): void {
    const at = wallMicrosOf(record);
    for (const { first, last } of this.#removed) {
      if (last < record.seq && first > this.#lastSeq) {
        this.#gaps.push({ first, last, after: this.#lastAt, before: at });
      }
    }
    this.#lastSeq = record.seq;
    this.#lastAt = at;
  }

  /** A sentence for each that may have held something of that time; of any time when it has no bounds. */
  sentences({ from, to }: Content['period']): string[] {
    return this.#gaps
      .filter(
        ({ after, before }) => (from ?? -Infinity) <= before && (to ?? Infinity) >= (after ?? -Infinity),
      )
      .map(({ first, last, after, before }) => {
        const time =
          after === null
            ? `before ${timeText(before)}`
            : `between ${timeText(after)} and ${timeText(before)}`;
        return `Records ${first} to ${last}, written ${time}, were removed by retention: what they said can’t be reported.`;
      });
  }
}
