/** Legal holds: what was recorded within a hold's time stays, whatever retention says. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { CommandOf } from '../../../protocol/commands.ts';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { AuditEntry, AuditRecord } from '../../audit/record.ts';
import { askedBy, type Who } from '../../audit/who.ts';
import type { Clock } from '../../clock.ts';

// A type, not an interface: it goes into a record as it is.
export type Hold = {
  readonly id: string;
  /** µs, both inclusive. */
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  readonly by: string;
  /** When it was placed, µs; a version before this one did not note it. */
  readonly at?: number | undefined;
};

/** By id. */
export type Holds = ReadonlyMap<string, Hold>;

const HOLDS_MAX = 1000;
const holdSchema = z.object({
  id: z.string(),
  from: z.number(),
  to: z.number(),
  reason: z.string(),
  by: z.string(),
  at: z.number().optional(),
});
const liftedSchema = z.object({ id: z.string() });

/** Folds one record of the log, if it is a hold's. */
export function foldHolds(holds: Holds, { action, details }: Pick<AuditRecord, 'action' | 'details'>): Holds {
  if (action === 'hold.place') {
    const placed = holdSchema.safeParse(details).data;
    return placed ? new Map(holds).set(placed.id, placed) : holds;
  }
  if (action !== 'hold.lift') return holds;
  const next = new Map(holds);
  next.delete(liftedSchema.safeParse(details).data?.id ?? '');
  return next;
}

export interface HoldBookParts {
  readonly clock: Pick<Clock, 'wallMicros'>;
  readonly log: { append(entry: AuditEntry): Promise<void> };
}

/** Who asks for it, and why: a person by their session, or somebody at the machine itself. */
export type Author = Pick<AuditEntry, 'actor' | 'by' | 'factor' | 'assertion' | 'reason'>;

/** A hold keeps records from the moment it is asked for; it is lifted once that is on disk. */
export class HoldBook {
  readonly #clock: HoldBookParts['clock'];
  readonly #log: HoldBookParts['log'];
  #holds: Holds;

  constructor({ clock, log }: HoldBookParts, holds: Holds = new Map()) {
    this.#clock = clock;
    this.#log = log;
    this.#holds = holds;
  }

  list(): Hold[] {
    return [...this.#holds.values()];
  }

  place(asked: Omit<CommandOf<'hold.place'>, 'type'>, who: Who): Promise<Result<string>> {
    return this.placeAs(asked, askedBy(who));
  }

  lift(hold: string, reason: string, who: Who): Promise<Result<string>> {
    return this.liftAs(hold, reason, askedBy(who));
  }

  async placeAs(
    { from, to, reason }: { readonly from: number; readonly to: number; readonly reason: string },
    author: Author,
  ): Promise<Result<string>> {
    if (from > to) return refuse('hold-backwards', 'A hold ends before it begins: give from before to.');
    if (this.#holds.size >= HOLDS_MAX) {
      return refuse('too-many-holds', `There are ${HOLDS_MAX} holds already; lift one first.`);
    }
    const at = this.#clock.wallMicros();
    const hold: Hold = { id: randomUUID(), from, to, reason, by: author.actor, at };
    this.#holds = new Map(this.#holds).set(hold.id, hold);
    const scope = `hold:${hold.id}`;
    try {
      await this.#log.append({ ...author, reason, action: 'hold.place', scope, details: hold, after: hold });
    } catch {
      const next = new Map(this.#holds);
      next.delete(hold.id);
      this.#holds = next;
      return refuse(
        'audit-broken',
        'The audit log can’t be written, so the hold would not outlive a restart.',
      );
    }
    return ok(`Records of that time are kept until hold ${hold.id} is lifted.`);
  }

  async liftAs(id: string, reason: string, author: Author): Promise<Result<string>> {
    const before = this.#holds.get(id);
    if (!before) return refuse('hold-unknown', `There is no hold ${id}.`);
    const scope = `hold:${id}`;
    try {
      await this.#log.append({ ...author, reason, action: 'hold.lift', scope, details: { id }, before });
    } catch {
      return refuse('audit-broken', 'The audit log can’t be written, so the hold stays.');
    }
    const next = new Map(this.#holds);
    next.delete(id);
    this.#holds = next;
    return ok(`Hold ${id} is lifted.`);
  }
}
