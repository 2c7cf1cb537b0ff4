import { z } from 'zod';
import type { Instrument } from '../../protocol/instrument.ts';
import { quarantineSchema, type Quarantine } from '../../protocol/quarantine.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { VenueId } from '../../protocol/units.ts';
import type { AuditEntry, AuditRecord } from '../audit/record.ts';
import { askedBy, type Who } from '../audit/who.ts';
import type { Clock } from '../clock.ts';

/** An instrument as it is named in every run of the server: its index is of one run. */
export type Named = Pick<Instrument, 'venue' | 'symbol'>;
/** By `keyOf`. */
export type Quarantines = ReadonlyMap<string, Quarantine>;

const keyOf = ({ venue, symbol }: Named): string => `${venue} ${symbol}`;
const scopeOf = ({ venue, symbol }: Named): string => `quarantine:${venue}:${symbol}`;
const liftedSchema = z.object({ venue: z.custom<VenueId>(), symbol: z.string() });

/** Folds one record of the log, if it is the list's. */
export function foldQuarantines(
  list: Quarantines,
  { action, details }: Pick<AuditRecord, 'action' | 'details'>,
): Quarantines {
  if (action === 'quarantine.placed') {
    const placed = quarantineSchema.safeParse(details);
    return placed.success ? new Map(list).set(keyOf(placed.data), placed.data) : list;
  }
  if (action !== 'quarantine.lifted') return list;
  const lifted = liftedSchema.safeParse(details);
  const next = new Map(list);
  if (lifted.success) next.delete(keyOf(lifted.data));
  return next;
}

export interface QuarantineListParts {
  readonly clock: Clock;
  readonly log: { append(entry: AuditEntry): Promise<void>; appendNow(entry: AuditEntry): unknown };
  /** Undefined: no venue lists it. */
  readonly instrument: (named: Named) => Pick<Instrument, 'name'> | undefined;
}

/**
 * Instruments that a person quarantined by hand. Placing one lowers risk: it holds at once, its record
 * runs beside. Lifting one holds once that is on disk.
 */
export class QuarantineList {
  readonly #parts: QuarantineListParts;
  readonly #listeners = new Set<(venue: VenueId) => void>();
  #list: Quarantines;

  constructor(parts: QuarantineListParts, list: Quarantines = new Map()) {
    this.#parts = parts;
    this.#list = list;
  }

  list(): Quarantine[] {
    return [...this.#list.values()];
  }

  /** Symbols of a venue. */
  symbolsOf(venue: VenueId): string[] {
    return this.list().flatMap((each) => (each.venue === venue ? [each.symbol] : []));
  }

  has(named: Named): boolean {
    return this.#list.size > 0 && this.#list.has(keyOf(named));
  }

  place(named: Named, reason: string, who: Who): Result<string> {
    const { venue, symbol } = named;
    const instrument = this.#parts.instrument(named);
    if (!instrument) return refuse('unknown-instrument', `${venue} lists no ${symbol} here.`);
    const { name } = instrument;
    const placed: Quarantine = {
      venue,
      symbol,
      name,
      reason,
      by: who.user,
      at: this.#parts.clock.wallMicros(),
    };
    // Placed again while it is being lifted, it stays.
    const before = this.#list.get(keyOf(named));
    this.#list = new Map(this.#list).set(keyOf(named), placed);
    this.#parts.log.appendNow({
      ...{ ...askedBy(who), reason, action: 'quarantine.placed', scope: scopeOf(named) },
      details: placed,
      after: placed,
      ...(before ? { before } : {}),
    });
    this.#changed(venue);
    return ok(
      `${name} of ${venue} is quarantined: its prices are no reference, orders that raise risk in it are refused.`,
    );
  }

  async lift(named: Named, reason: string, who: Who): Promise<Result<string>> {
    const { venue, symbol } = named;
    const before = this.#list.get(keyOf(named));
    if (!before) return refuse('not-quarantined', `${symbol} of ${venue} is not quarantined by hand.`);
    try {
      await this.#parts.log.append({
        ...{ ...askedBy(who), reason, action: 'quarantine.lifted', scope: scopeOf(named) },
        details: { venue, symbol },
        before,
      });
    } catch {
      return refuse('audit-broken', 'The audit log can’t be written, so nothing that raises risk is done.');
    }
    if (this.#list.get(keyOf(named)) !== before) {
      return refuse('changed-meanwhile', `${before.name} was quarantined again meanwhile, and stays so.`);
    }
    const next = new Map(this.#list);
    next.delete(keyOf(named));
    this.#list = next;
    this.#changed(venue);
    return ok(`${before.name} of ${venue} is no longer quarantined by hand.`);
  }

  onChange(listener: (venue: VenueId) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #changed(venue: VenueId): void {
    for (const listener of this.#listeners) listener(venue);
  }
}
