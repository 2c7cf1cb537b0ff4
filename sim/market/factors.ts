import { Random } from './random.ts';
import { SECTORS, type Listed, type Sector } from './symbols.ts';

/** What is planted, and what an estimate must therefore find. */
export interface Truth {
  readonly symbols: readonly string[];
  /** Row by row, symbols × symbols, exact. */
  readonly correlation: readonly (readonly number[])[];
  readonly seed: number;
  /** Standard deviation of one second's log return, per symbol. */
  readonly volPerSecond: readonly number[];
}

const LOADINGS: Record<Sector, { market: readonly [number, number]; sector: readonly [number, number] }> = {
  majors: { market: [0.65, 0.8], sector: [0.35, 0.5] },
  'layer-1': { market: [0.5, 0.65], sector: [0.5, 0.65] },
  scaling: { market: [0.45, 0.6], sector: [0.55, 0.7] },
  defi: { market: [0.35, 0.55], sector: [0.45, 0.65] },
  exchange: { market: [0.3, 0.5], sector: [0.2, 0.4] },
  media: { market: [0.35, 0.55], sector: [0.6, 0.75] },
  data: { market: [0.3, 0.5], sector: [0.35, 0.55] },
  // Gold and coins that shelter: they fall when the rest rises.
  hedge: { market: [-0.45, -0.2], sector: [0.6, 0.8] },
};

/**
 * Returns by a factor model: r = vol · (a·market + b·sector + c·own), a² + b² + c² = 1, so that the
 * correlation of two symbols is a·a' (+ b·b' in one sector), exactly and at every horizon.
 */
export class FactorModel {
  readonly truth: Truth;
  readonly #random: Random;
  readonly #market: Float64Array;
  readonly #sector: Float64Array;
  readonly #own: Float64Array;
  readonly #sectorOf: Uint8Array;
  readonly #vol: Float64Array;
  readonly #sectorShock = new Float64Array(SECTORS.length);

  constructor(listed: readonly Listed[], seed: number) {
    const count = listed.length;
    const draw = new Random(seed, 1);
    this.#random = new Random(seed, 2);
    this.#market = new Float64Array(count);
    this.#sector = new Float64Array(count);
    this.#own = new Float64Array(count);
    this.#vol = new Float64Array(count);
    this.#sectorOf = Uint8Array.from(listed, ({ sector }) => SECTORS.indexOf(sector));
    listed.forEach(({ sector }, index) => {
      const range = LOADINGS[sector];
      const market = draw.between(...range.market);
      const own = draw.between(...range.sector);
      this.#market[index] = market;
      this.#sector[index] = own;
      this.#own[index] = Math.sqrt(1 - market * market - own * own);
      this.#vol[index] = draw.between(1.7e-4, 2.6e-4);
    });
    const correlation = listed.map((_, row) => listed.map((__, column) => this.#rho(row, column)));
    this.truth = {
      symbols: listed.map(({ spec }) => spec.symbol),
      correlation,
      seed,
      volPerSecond: [...this.#vol],
    };
  }

  /** Adds one step's log returns over `seconds` to `logPrices`, in place. */
  advance(logPrices: Float64Array, seconds: number): void {
    const random = this.#random;
    const scale = Math.sqrt(seconds);
    const market = random.normal();
    for (let sector = 0; sector < SECTORS.length; sector++) this.#sectorShock[sector] = random.normal();
    for (let i = 0; i < logPrices.length; i++) {
      const shock =
        at(this.#market, i) * market +
        at(this.#sector, i) * at(this.#sectorShock, at(this.#sectorOf, i)) +
        at(this.#own, i) * random.normal();
      logPrices[i] = at(logPrices, i) + at(this.#vol, i) * scale * shock;
    }
  }

  #rho(row: number, column: number): number {
    if (row === column) return 1;
    const shared = at(this.#sectorOf, row) === at(this.#sectorOf, column);
    const sector = shared ? at(this.#sector, row) * at(this.#sector, column) : 0;
    return at(this.#market, row) * at(this.#market, column) + sector;
  }
}

function at(values: Float64Array | Uint8Array, index: number): number {
  return values[index] ?? NaN;
}
