import { z } from 'zod';
import type { Instrument } from '../../protocol/instrument.ts';
import { restrictionSchema, type Restriction } from '../../protocol/people.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { AuditEntry, AuditRecord } from '../audit/record.ts';
import { askedBy, type Who } from '../audit/who.ts';
import type { Clock } from '../clock.ts';

/** By name, in capitals. */
export type Restrictions = ReadonlyMap<string, Restriction>;

const RESTRICTIONS_MAX = 2000;
const removedSchema = z.object({ name: z.string() });

/** Folds one record of the log, if it is the list's. */
export function foldRestrictions(
  list: Restrictions,
  { action, details }: Pick<AuditRecord, 'action' | 'details'>,
): Restrictions {
  if (action === 'restriction.added') {
    const added = restrictionSchema.safeParse(details);
    return added.success ? new Map(list).set(added.data.name, added.data) : list;
  }
  if (action !== 'restriction.removed') return list;
  const removed = removedSchema.safeParse(details);
  const next = new Map(list);
  if (removed.success) next.delete(removed.data.name);
  return next;
}

export interface RestrictedListParts {
  readonly clock: Clock;
  readonly log: { append(entry: AuditEntry): Promise<void>; appendNow(entry: AuditEntry): unknown };
}

/**
 * Instruments and assets in which no position may be raised. Putting one on the list lowers
 * risk: it holds at once, its record runs beside. Taking one off holds once that is on disk.
 */
export class RestrictedList {
  readonly #parts: RestrictedListParts;
  readonly #listeners = new Set<() => void>();
  /** Names whose removal is on its way to disk: whoever restricts one again then is heard. */
  readonly #leaving = new Set<string>();
  #list: Restrictions;

  constructor(parts: RestrictedListParts, list: Restrictions = new Map()) {
    this.#parts = parts;
    this.#list = list;
  }

  list(): Restriction[] {
    return [...this.#list.values()];
  }

  /** What restricts an instrument: its symbol or name, or one of its two assets; null = nothing. */
  of({
    symbol,
    name,
    base,
    quote,
  }: Pick<Instrument, 'symbol' | 'name' | 'base' | 'quote'>): Restriction | null {
    if (this.#list.size === 0) return null;
    for (const key of [symbol, name, base, quote]) {
      const found = this.#list.get(key.toUpperCase());
      if (found) return found;
    }
    return null;
  }

  add(name: string, reason: string, who: Who): Result<string> {
    const key = name.toUpperCase();
    if (this.#list.has(key) && !this.#leaving.has(key))
      return refuse('restricted-already', `${key} is on the restricted list already.`);
    if (!this.#list.has(key) && this.#list.size >= RESTRICTIONS_MAX) {
      return refuse('too-many-restrictions', `The restricted list holds ${RESTRICTIONS_MAX} names at most.`);
    }
    this.#leaving.delete(key);
    const added: Restriction = { name: key, reason, by: who.user, at: this.#parts.clock.wallMicros() };
    this.#list = new Map(this.#list).set(key, added);
    const author = { ...askedBy(who), reason };
    const scope = `restriction:${key}`;
    this.#parts.log.appendNow({
      ...author,
      action: 'restriction.added',
      scope,
      details: added,
      after: added,
    });
    this.#changed();
    return ok(`${key} is restricted: no order that raises a position in it leaves.`);
  }

  async remove(name: string, reason: string, who: Who): Promise<Result<string>> {
    const key = name.toUpperCase();
    const before = this.#list.get(key);
    if (this.#leaving.has(key))
      return refuse('leaving-already', `${key} is being taken off the list already.`);
    if (!before) return refuse('not-restricted', `${key} is not on the restricted list.`);
    const author = { ...askedBy(who), reason };
    const scope = `restriction:${key}`;
    this.#leaving.add(key);
    try {
      await this.#parts.log.append({
        ...author,
        action: 'restriction.removed',
        scope,
        details: { name: key },
        before,
      });
    } catch {
      return refuse('audit-broken', 'The audit log can’t be written, so nothing that raises risk is done.');
    } finally {
      if (this.#list.get(key) === before) this.#leaving.delete(key);
    }
    if (this.#list.get(key) !== before) {
      return refuse('changed-meanwhile', `${key} was restricted again meanwhile, and stays so.`);
    }
    const next = new Map(this.#list);
    next.delete(key);
    this.#list = next;
    this.#changed();
    return ok(`${key} is no longer restricted.`);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
