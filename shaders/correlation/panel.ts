/**
 * What every backend multiplies: returns standardised in f64 and laid out as f32.
 *
 * Z̃[t][i] = √w_t (x_it − μ_i) / σ_i with Σ w_t = 1, so that with nothing missing Z̃ᵀZ̃ is the correlation
 * matrix (kernels.md K1). Standardising in f64 first is what keeps the error below 1e-6: from f32
 * returns it would be 1e-5 to 7e-5.
 */

/** N × T returns, row by row, with validity bits: u32[N][⌈T/32⌉], bit t & 31 of word t >> 5. */
export interface CorrelationInput {
  readonly returns: Float64Array;
  readonly valid: Uint32Array;
  readonly n: number;
  readonly t: number;
  /** EWMA decay per sample, 0 < λ < 1; null or absent: equal weights (Pearson). */
  readonly lambda?: number | null;
}

/** `B`: what its arrays stand on; a shared one is read by other threads where it lies. */
export interface Panel<B extends ArrayBufferLike = ArrayBuffer> {
  readonly n: number;
  /** Samples kept: those at which at least one usable instrument is valid. */
  readonly t: number;
  /** n up to a multiple of 128 and t up to a multiple of 16; the padding is zero. */
  readonly nPad: number;
  readonly tPad: number;
  /** Z̃, tPad × nPad. */
  readonly z: Float32Array<B>;
  /** Only when some pair lacks samples that others have: then ρ is pairwise-complete. */
  readonly pairwise: PairwiseOperands<B> | null;
  /** Bits of the kept samples, n × ⌈t/32⌉. A constant or empty row has none. */
  readonly valid: Uint32Array<B>;
  readonly words: number;
  /** (Σw)²/Σw²: t for equal weights, about (1+λ)/(1−λ) for EWMA. What a confidence interval uses. */
  readonly effectiveSamples: number;
}

/** The further operands, tPad × nPad each. */
export interface PairwiseOperands<B extends ArrayBufferLike = ArrayBuffer> {
  /** √w_t where valid, else 0. */
  readonly weight: Float32Array<B>;
  /** Z̃². */
  readonly square: Float32Array<B>;
  /** 1 where valid, else 0. */
  readonly mask: Float32Array<B>;
}

/** Fewer common samples than this and a pair has no correlation (its invalid bit is set). */
export const MIN_SAMPLES = 30;
/** Samples summed before a partial sum joins the total: bounds the rounding, the same on every backend. */
export const CHUNK = 64;
/**
 * A variance over a pair's common samples that is below this part of the mean square is not told from
 * zero in f32: the instrument stood still over them, and the pair is invalid.
 */
export const FLAT = 1e-4;
