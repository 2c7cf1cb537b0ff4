import { philox4x32 } from './philox.ts';

/** In [0, 1), the same from the same seed. */
export function uniform(seed: number): () => number {
  const words = new Uint32Array(4);
  let drawn = 0;
  return () => {
    if ((drawn & 3) === 0)
      philox4x32([drawn >>> 2, 0, 0, 0], [seed >>> 0, Math.floor(seed / 2 ** 32)], words);
    return (words[drawn++ & 3] ?? 0) / 2 ** 32;
  };
}
