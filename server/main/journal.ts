import { z } from 'zod';
import type { Instrument } from '../../protocol/instrument.ts';
import type { Micros } from '../../protocol/units.ts';
import { wallMicrosOf, type AuditRecord } from '../audit/record.ts';
import { foldHolds, type Holds } from '../archive/retention/holds.ts';
import { foldAuth } from '../auth/entries.ts';
import { savedAuth } from '../auth/saved.ts';
import { emptyAuth, type AuthState } from '../auth/state.ts';
import type { AlarmBook } from '../health/alarm-book.ts';
import { foldAlarms } from '../health/alarms.ts';
import { foldNotes, type Notes } from '../people/note-book.ts';
import { foldQuarantines, type Quarantines } from '../people/quarantine-list.ts';
import { foldRestrictions, type Restrictions } from '../people/restricted-list.ts';
import { fromPlain, toPlain } from './plain.ts';

type Kept = Pick<AuditRecord, 'action' | 'details'>;

/** What ticks and lots of a symbol are, for who reads the log alone. */
const unitsSchema = z.object({
  base: z.string(),
  quote: z.string(),
  priceScale: z.number(),
  tickStep: z.number(),
  sizeScale: z.number(),
  lotStep: z.number(),
});
const savedSchema = z.object({
  shown: z.record(z.string(), z.unknown()),
  boot: z.enum(['never', 'running', 'clean', 'unclean']),
  left: z.number(),
  first: z.number().default(0),
  symbols: z.array(z.string()),
  units: z.array(unitsSchema).default([]),
});
const listSchema = savedSchema.pick({ first: true, symbols: true, units: true });
const savedOrderSchema = z.object({
  list: z.enum(['newest', 'fills']),
  id: z.string(),
  seq: z.number(),
  kept: z.object({ action: z.string(), details: z.record(z.string(), z.unknown()) }),
});

/**
 * What a restart takes from the log, folded record by record as it is read. All of it is in `save`:
 * public fields by themselves, private ones by name.
 */
export class Journal {
  auth: AuthState = emptyAuth;
  alarms: AlarmBook = new Map();
  restrictions: Restrictions = new Map();
  quarantines: Quarantines = new Map();
  notes: Notes = [];
  holds: Holds = new Map();
  /** The state in the halt's last record; undefined when there never was one. */
  halt: unknown = undefined;
  lastWallAt: Micros | null = null;
  /** Which kind of run began this log (`demo`, `paper`, `replay` …); null when none has started. */
  kind: string | null = null;
  /** The details of the newest record of the limits. */
  limits: unknown = undefined;
  #boot: 'never' | 'running' | 'clean' | 'unclean' = 'never';
  #left = 0;
  /** Symbols by instrument index, from `first` on, as they were when the orders below were written. */
  #list: z.infer<typeof listSchema> = { first: 0, symbols: [], units: [] };
  readonly #newest = new Map<string, { readonly seq: number; readonly kept: Kept }>();
  #withFills: { readonly seq: number; readonly kept: Kept }[] = [];

  /** The whole state in parts that JSON can say, for a snapshot; one part an order. */
  *save(): Generator {
    const shown = Object.fromEntries(Object.entries(this).map(([name, one]) => [name, toPlain(one)]));
    yield { shown, boot: this.#boot, left: this.#left, ...this.#list };
    for (const [id, entry] of this.#newest) yield { list: 'newest', id, ...entry };
    for (const entry of this.#withFills) yield { list: 'fills', id: '', ...entry };
  }

  /** Takes what `save` gave; false when it is nothing that it gave, and then nothing was taken. */
  restore(parts: Iterable<unknown>): boolean {
    const [first, ...rest] = parts;
    const saved = savedSchema.safeParse(first).data;
    const orders = rest.map((part) => savedOrderSchema.safeParse(part).data);
    if (!saved || orders.includes(undefined)) return false;
    // A newer build's, with a state that this one would drop.
    if (Object.keys(saved.shown).some((name) => !(name in this))) return false;
    Object.assign(this, fromPlain(saved.shown));
    this.auth = savedAuth(this.auth);
    this.#boot = saved.boot;
    this.#left = saved.left;
    this.#list = { first: saved.first, symbols: saved.symbols, units: saved.units };
    this.#newest.clear();
    this.#withFills = [];
    for (const order of orders) {
      if (order?.list === 'fills') this.#withFills.push({ seq: order.seq, kept: order.kept });
      else if (order) this.#newest.set(order.id, { seq: order.seq, kept: order.kept });
    }
    return true;
  }

  add(record: AuditRecord): void {
    this.lastWallAt = wallMicrosOf(record);
    this.auth = foldAuth(this.auth, record);
    this.alarms = foldAlarms(this.alarms, record);
    this.restrictions = foldRestrictions(this.restrictions, record);
    this.quarantines = foldQuarantines(this.quarantines, record);
    this.notes = foldNotes(this.notes, record);
    this.holds = foldHolds(this.holds, record);
    const { action, details, seq } = record;
    if (action === 'server.start') {
      this.#boot = 'running';
      this.kind ??= kindIn(details);
    } else if (action === 'server.stop') {
      this.#boot = details['clean'] === true ? 'clean' : 'unclean';
      this.#left = Number(details['left'] ?? 0);
    } else if (action === 'server.instruments') {
      this.#remap(listSchema.parse(details));
    } else if (action === 'server.limits') this.limits = details;
    else if (action.startsWith('halt.') && details['state'] !== undefined) this.halt = details['state'];
    else if (action.startsWith('order.')) this.#keepOrder(seq, { action, details });
  }

  /** Why the last run did not end cleanly; null at a first start and after a clean stop. */
  crash(): string | null {
    if (this.#boot === 'running') return 'The last run of the server did not end cleanly.';
    if (this.#boot !== 'unclean') return null;
    return this.#left > 0
      ? `The last run of the server stopped with ${this.#left} orders left open.`
      : 'The last run of the server stopped before the venue confirmed that no order of ours was open.';
  }

  /** Orders and fills of earlier runs, oldest first, with the instrument indexes of `instruments`. */
  orders(instruments: readonly Instrument[]): Kept[] {
    this.#remap(listOf(instruments));
    return [...this.#withFills, ...this.#newest.values()]
      .sort((a, b) => a.seq - b.seq)
      .map(({ kept }) => kept);
  }

  /** Whether the log still has to be told this list of instruments. */
  isNewList(instruments: readonly Instrument[]): boolean {
    return !isSame(listOf(instruments), this.#list);
  }

  /** An order's last record is all of it, except the fills that came with the ones before. */
  #keepOrder(seq: number, kept: Kept): void {
    const { order, fills } = kept.details;
    const id = (order as { orderId?: unknown } | undefined)?.orderId;
    if (typeof id !== 'string') return;
    if (Array.isArray(fills) && fills.length > 0) {
      this.#newest.delete(id);
      this.#withFills.push({ seq, kept });
    } else this.#newest.set(id, { seq, kept });
  }

  /** An index is a position in one list: when the list changes, so does what an old index means. */
  #remap(list: z.infer<typeof listSchema>): void {
    const before = this.#list;
    this.#list = list;
    if (before.symbols.length === 0 || isSame(before, list)) return;
    const index = new Map(list.symbols.map((symbol, i) => [symbol, list.first + i]));
    const renew = (entry: { seq: number; kept: Kept }) => {
      const kept = moved(entry.kept, (old) => index.get(before.symbols[old - before.first] ?? ''));
      return kept ? [{ seq: entry.seq, kept }] : [];
    };
    this.#withFills = this.#withFills.flatMap(renew);
    const newest = [...this.#newest].map(([id, entry]) => [id, renew(entry)] as const);
    this.#newest.clear();
    for (const [id, [entry]] of newest) if (entry) this.#newest.set(id, entry);
  }
}

/** The record of a list of instruments, which stand together. */
export const listOf = (instruments: readonly Instrument[]): z.infer<typeof listSchema> => ({
  first: instruments[0]?.index ?? 0,
  symbols: instruments.map(({ symbol }) => symbol),
  units: instruments.map(({ base, quote, priceScale, tickStep, sizeScale, lotStep }) => {
    return { base, quote, priceScale, tickStep, sizeScale, lotStep };
  }),
});

const isSame = (one: z.infer<typeof listSchema>, other: z.infer<typeof listSchema>): boolean =>
  one.first === other.first &&
  one.symbols.join() === other.symbols.join() &&
  JSON.stringify(one.units) === JSON.stringify(other.units);

/** Logs of the first version named the profile only. */
function kindIn(details: AuditRecord['details']): string | null {
  const kind = details['kind'] ?? details['profile'];
  return typeof kind === 'string' ? kind : null;
}

interface Indexed {
  readonly instrument?: unknown;
}

/** A record with its instruments renumbered; null when one is no longer traded here. */
function moved({ action, details }: Kept, renumber: (index: number) => number | undefined): Kept | null {
  const one = (value: unknown): unknown => {
    const instrument = renumber(Number((value as Indexed).instrument));
    return instrument === undefined ? null : { ...(value as object), instrument };
  };
  const order = one(details['order']);
  if (order === null) return null;
  const fills = Array.isArray(details['fills']) ? details['fills'].map(one) : undefined;
  return { action, details: { ...details, order, ...(fills ? { fills } : {}) } };
}
