/** An Ising model as every backend updates it: integers, neighbours in one list, spins by colour. */
import { colour } from './colouring.ts';
import type { IsingModel } from './ising.ts';
import { ONE } from './threshold.ts';

export interface Network {
  readonly n: number;
  /** h in Q16, by spin. */
  readonly fields: Int32Array<ArrayBuffer>;
  /** Where each spin's neighbours begin; n + 1. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  readonly neighbours: Uint32Array<ArrayBuffer>;
  /** J in Q16, beside `neighbours`. */
  readonly couplings: Int32Array<ArrayBuffer>;
  /** All spins, colour by colour: the order in which they are updated. */
  readonly order: Uint32Array<ArrayBuffer>;
  /** Where each colour begins in `order`; one more than there are colours. */
  readonly colours: Uint32Array<ArrayBuffer>;
}

/** More neighbours than this a spin may not have: the fit never gives more, the WASM twin counts on it. */
export const MAX_DEGREE = 16;
/** |h| + Σ|J| of a spin stays below this, so that twice the field fits an i32. */
const MAX_FIELD = 8192;

/** @throws RangeError on what is no model of this size: the caller's mistake. */
export function buildNetwork(model: IsingModel): Network {
  const { n, fields, edges } = model;
  check(model);
  const neighboursOf: number[][] = Array.from({ length: n }, () => []);
  const couplingsOf: number[][] = Array.from({ length: n }, () => []);
  for (const { i, j, coupling } of edges) {
    neighboursOf[i]?.push(j);
    couplingsOf[i]?.push(coupling);
    neighboursOf[j]?.push(i);
    couplingsOf[j]?.push(coupling);
  }
  const offsets = new Uint32Array(n + 1);
  neighboursOf.forEach((list, i) => (offsets[i + 1] = (offsets[i] ?? 0) + list.length));
  const { order, starts } = colour(neighboursOf);
  const network: Network = {
    n,
    fields: Int32Array.from(fields, q16),
    offsets,
    neighbours: Uint32Array.from(neighboursOf.flat()),
    couplings: Int32Array.from(couplingsOf.flat(), q16),
    order,
    colours: starts,
  };
  checkFields(network);
  return network;
}

const q16 = (x: number): number => Math.round(Math.max(-MAX_FIELD * 2, Math.min(MAX_FIELD * 2, x)) * ONE);

function check({ n, fields, edges }: IsingModel): void {
  if (!Number.isInteger(n) || n < 0 || fields.length !== n) {
    throw new RangeError(`${fields.length} fields are not those of ${n} spins.`);
  }
  if (!fields.every(Number.isFinite)) throw new RangeError('A field is not finite.');
  const seen = new Set<number>();
  for (const { i, j, coupling } of edges) {
    const inside = Number.isInteger(i) && Number.isInteger(j) && Math.min(i, j) >= 0 && Math.max(i, j) < n;
    if (!inside || i === j) throw new RangeError(`No coupling joins ${i} and ${j} of ${n} spins.`);
    if (!Number.isFinite(coupling)) throw new RangeError(`The coupling of ${i} and ${j} is not finite.`);
    const pair = Math.min(i, j) * n + Math.max(i, j);
    if (seen.has(pair)) throw new RangeError(`${i} and ${j} are joined twice.`);
    seen.add(pair);
  }
}

function checkFields({ n, fields, offsets, couplings }: Network): void {
  for (let i = 0; i < n; i++) {
    const own = couplings.subarray(offsets[i], offsets[i + 1]);
    if (own.length > MAX_DEGREE) {
      throw new RangeError(`Spin ${i} has ${own.length} neighbours; ${MAX_DEGREE} are the most.`);
    }
    const most = own.reduce((sum, j) => sum + Math.abs(j), Math.abs(fields[i] ?? 0));
    if (most >= MAX_FIELD * ONE) throw new RangeError(`The field of spin ${i} may exceed ${MAX_FIELD}.`);
  }
}
