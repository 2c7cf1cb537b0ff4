import { formatDecimal } from '../../protocol/decimal.ts';
import { AMOUNT_SCALE } from '../market/spec.ts';

/** What the account holds of one asset, in units of 10^-8. */
export interface Holding {
  free: bigint;
  locked: bigint;
}

/** The account's assets. Seeded large, bases too, so that a maker can sell what it never bought. */
export class Balances {
  readonly #holdings = new Map<string, Holding>();

  seed(asset: string, whole: bigint): void {
    this.#holdings.set(asset, { free: whole * 10n ** BigInt(AMOUNT_SCALE), locked: 0n });
  }

  of(asset: string): Holding {
    const holding = this.#holdings.get(asset);
    if (holding) return holding;
    const empty = { free: 0n, locked: 0n };
    this.#holdings.set(asset, empty);
    return empty;
  }

  /** False, and nothing happens, when less than `units` is free. */
  lock(asset: string, units: bigint): boolean {
    const holding = this.of(asset);
    if (holding.free < units) return false;
    holding.free -= units;
    holding.locked += units;
    return true;
  }

  unlock(asset: string, units: bigint): void {
    const holding = this.of(asset);
    holding.free += units;
    holding.locked -= units;
  }

  credit(asset: string, units: bigint): void {
    this.of(asset).free += units;
  }

  assets(): string[] {
    return [...this.#holdings.keys()];
  }
}

export function unitsText(units: bigint): string {
  return formatDecimal(units, AMOUNT_SCALE);
}
