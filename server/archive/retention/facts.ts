/** Effects: reads whole segments for what retention asks of them. */
import { z } from 'zod';
import { readRecords } from '../../audit/reader.ts';
import { folderSegments } from '../../audit/segment-source.ts';
import { keptUntil, type Days } from './families.ts';
import type { SegmentFacts } from './plan.ts';

const recordSchema = z.object({ action: z.string(), wall: z.string().regex(/^-?\d{1,20}$/) });

/** A whole segment never changes: each is read once. */
export class Facts {
  readonly #auditDir: string;
  readonly #days: Days;
  readonly #known = new Map<number, SegmentFacts>();

  constructor(auditDir: string, days: Days) {
    this.#auditDir = auditDir;
    this.#days = days;
  }

  /** Of each segment behind which another one holds an acknowledged record (`size`: how many there are). */
  async upTo(size: number): Promise<SegmentFacts[]> {
    const firsts = await folderSegments(this.#auditDir).list();
    const all: SegmentFacts[] = [];
    for (const [i, first] of firsts.entries()) {
      const next = firsts[i + 1] ?? Infinity;
      if (next > size) break;
      const facts = this.#known.get(first) ?? (await this.#read(first, next - 1));
      this.#known.set(first, facts);
      all.push(facts);
    }
    return all;
  }

  async #read(first: number, to: number): Promise<SegmentFacts> {
    let last = first - 1;
    let until = -Infinity;
    let leastWall = Infinity;
    let mostWall = -Infinity;
    for await (const { seq, payload } of readRecords(this.#auditDir, { from: first, to })) {
      // What can't be read throws: nothing is removed unread.
      const { action, wall } = recordSchema.parse(JSON.parse(payload.toString('utf8')));
      const at = Number(BigInt(wall) / 1000n);
      last = seq;
      until = Math.max(until, keptUntil(action, at, this.#days));
      leastWall = Math.min(leastWall, at);
      mostWall = Math.max(mostWall, at);
    }
    if (last < first) throw new Error(`segment ${first} holds no record`);
    return { first, last, until, leastWall, mostWall };
  }
}
