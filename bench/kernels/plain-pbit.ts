/** The sampler as one writes it from the formula: m = sgn(tanh I − r), doubles, a byte a spin. */
import type { Network } from '../../shaders/pbit/network.ts';

const ONE = 65536;

export class PlainPbit {
  readonly #network: Network;
  readonly #chains: Int8Array[];
  readonly #fields: Float64Array;
  readonly #couplings: Float64Array;

  constructor(network: Network, chains: number) {
    this.#network = network;
    this.#chains = Array.from({ length: chains }, (_, c) =>
      new Int8Array(network.n).fill(c % 2 === 0 ? 1 : -1),
    );
    this.#fields = Float64Array.from(network.fields, (h) => h / ONE);
    this.#couplings = Float64Array.from(network.couplings, (j) => j / ONE);
  }

  sweep(count: number): void {
    const { n, offsets, neighbours } = this.#network;
    for (const spins of this.#chains) {
      for (let k = 0; k < count; k++) {
        for (let i = 0; i < n; i++) {
          let field = this.#fields[i] ?? 0;
          const end = offsets[i + 1] ?? 0;
          for (let at = offsets[i] ?? 0; at < end; at++) {
            field += (this.#couplings[at] ?? 0) * (spins[neighbours[at] ?? 0] ?? 0);
          }
          spins[i] = Math.tanh(field) > 2 * Math.random() - 1 ? 1 : -1;
        }
      }
    }
  }
}
