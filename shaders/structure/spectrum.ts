/**
 * Eigenvalues and eigenvectors of a symmetric matrix, f64 on the CPU: Householder's reduction to a
 * tridiagonal one, then implicit QL (Wilkinson and Reinsch, Handbook for Automatic Computation II,
 * tred2 and tql2). O(n³): 256 rows take some tens of ms; above, `leading` finds the few that matter.
 */
export interface Spectrum {
  /** Largest first, n of them. */
  readonly values: Float64Array<ArrayBuffer>;
  /** n × n: row k is the unit eigenvector of values[k]; its largest component is positive. */
  readonly vectors: Float64Array<ArrayBuffer>;
}

/** QL needs two or three turns an eigenvalue; one that needs so many has met what is not a number. */
const MOST_TURNS = 64;

/** @param matrix n × n row by row; only its lower triangle is read. @throws RangeError for what is not finite. */
export function spectrum(matrix: Float64Array, n: number): Spectrum {
  const z = lowerTriangle(matrix, n);
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  tridiagonalise(z, diagonal, beside, n);
  accumulate(z, diagonal, n);
  // Rotations turn columns of z: as rows of its transpose they are next to each other in memory.
  const rows = transposed(z, n);
  implicitQl(rows, diagonal, beside, n, n);
  return sorted(rows, diagonal, n);
}

/** The eigenvalues alone, largest first: a fifth of the work. As `spectrum` otherwise. */
export function eigenvalues(matrix: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const z = lowerTriangle(matrix, n);
  const diagonal = new Float64Array(n);
  const beside = new Float64Array(n);
  tridiagonalise(z, diagonal, beside, n);
  for (let i = 0; i < n; i++) diagonal[i] = z[i * n + i] ?? 0;
  implicitQl(new Float64Array(), diagonal, beside, n, 0);
  return diagonal.sort().reverse();
}

function lowerTriangle(matrix: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const z = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const value = matrix[i * n + j] ?? Number.NaN;
      if (!Number.isFinite(value)) throw new RangeError(`cell ${i}, ${j} of the matrix is not a number`);
      z[i * n + j] = value;
    }
  }
  return z;
}

/** Leaves the reflections in z, what is beside the diagonal in e, and in d what `accumulate` needs of each. */
function tridiagonalise(z: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  for (let i = n - 1; i > 0; i--) {
    const last = i - 1;
    let scale = 0;
    for (let k = 0; k <= last; k++) scale += Math.abs(z[i * n + k] ?? 0);
    if (last === 0 || scale === 0) {
      e[i] = z[i * n + last] ?? 0;
      d[i] = 0;
      continue;
    }
    let h = 0;
    for (let k = 0; k <= last; k++) {
      const scaled = (z[i * n + k] ?? 0) / scale;
      z[i * n + k] = scaled;
      h += scaled * scaled;
    }
    const f = z[i * n + last] ?? 0;
    const g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
    e[i] = scale * g;
    h -= f * g;
    z[i * n + last] = f - g;
    reflect(z, e, n, i, h);
    d[i] = h;
  }
  d[0] = 0;
  e[0] = 0;
}

/** One two-sided reflection of the leading i × i block by the vector in row i. */
function reflect(z: Float64Array, e: Float64Array, n: number, i: number, h: number): void {
  let along = 0;
  for (let j = 0; j < i; j++) {
    z[j * n + i] = (z[i * n + j] ?? 0) / h;
    let sum = 0;
    for (let k = 0; k <= j; k++) sum += (z[j * n + k] ?? 0) * (z[i * n + k] ?? 0);
    for (let k = j + 1; k < i; k++) sum += (z[k * n + j] ?? 0) * (z[i * n + k] ?? 0);
    e[j] = sum / h;
    along += (e[j] ?? 0) * (z[i * n + j] ?? 0);
  }
  const half = along / (h + h);
  for (let j = 0; j < i; j++) {
    const u = z[i * n + j] ?? 0;
    const w = (e[j] ?? 0) - half * u;
    e[j] = w;
    for (let k = 0; k <= j; k++) {
      z[j * n + k] = (z[j * n + k] ?? 0) - u * (e[k] ?? 0) - w * (z[i * n + k] ?? 0);
    }
  }
}

/** The product of the reflections, its columns, and in d the diagonal. */
function accumulate(z: Float64Array, d: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    if ((d[i] ?? 0) !== 0) {
      for (let j = 0; j < i; j++) {
        let sum = 0;
        for (let k = 0; k < i; k++) sum += (z[i * n + k] ?? 0) * (z[k * n + j] ?? 0);
        for (let k = 0; k < i; k++) z[k * n + j] = (z[k * n + j] ?? 0) - sum * (z[k * n + i] ?? 0);
      }
    }
    d[i] = z[i * n + i] ?? 0;
    z[i * n + i] = 1;
    for (let j = 0; j < i; j++) {
      z[j * n + i] = 0;
      z[i * n + j] = 0;
    }
  }
}

/** @param rows n vectors of length `width` that turn along; none where only the values are wanted. */
function implicitQl(rows: Float64Array, d: Float64Array, e: Float64Array, n: number, width: number): void {
  e.copyWithin(0, 1);
  e[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    for (let turn = 0; ; turn++) {
      const m = split(d, e, l, n);
      if (m === l) break;
      if (turn === MOST_TURNS) throw new RangeError('the eigenvalues of this matrix do not settle');
      rotate(rows, d, e, l, m, width);
    }
  }
}

/** Where the matrix falls apart at or after row l: the element beside the diagonal is nothing there. */
function split(d: Float64Array, e: Float64Array, l: number, n: number): number {
  let m = l;
  for (; m < n - 1; m++) {
    const size = Math.abs(d[m] ?? 0) + Math.abs(d[m + 1] ?? 0);
    if (Math.abs(e[m] ?? 0) <= Number.EPSILON * size) break;
  }
  return m;
}

function rotate(rows: Float64Array, d: Float64Array, e: Float64Array, l: number, m: number, n: number): void {
  const start = d[l] ?? 0;
  let g = ((d[l + 1] ?? 0) - start) / (2 * (e[l] ?? 0));
  const r = Math.hypot(g, 1);
  g = (d[m] ?? 0) - start + (e[l] ?? 0) / (g + (g >= 0 ? r : -r));
  let [sine, cosine, shift] = [1, 1, 0];
  for (let i = m - 1; i >= l; i--) {
    const f = sine * (e[i] ?? 0);
    const b = cosine * (e[i] ?? 0);
    const length = Math.hypot(f, g);
    e[i + 1] = length;
    if (length === 0) {
      d[i + 1] = (d[i + 1] ?? 0) - shift;
      e[m] = 0;
      return;
    }
    sine = f / length;
    cosine = g / length;
    g = (d[i + 1] ?? 0) - shift;
    const turned = ((d[i] ?? 0) - g) * sine + 2 * cosine * b;
    shift = sine * turned;
    d[i + 1] = g + shift;
    g = cosine * turned - b;
    for (let k = 0; k < n; k++) {
      const [upper, lower] = [rows[(i + 1) * n + k] ?? 0, rows[i * n + k] ?? 0];
      rows[(i + 1) * n + k] = sine * lower + cosine * upper;
      rows[i * n + k] = cosine * lower - sine * upper;
    }
  }
  d[l] = (d[l] ?? 0) - shift;
  e[l] = g;
  e[m] = 0;
}

function transposed(z: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const rows = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) rows[j * n + i] = z[i * n + j] ?? 0;
  return rows;
}

function sorted(rows: Float64Array, d: Float64Array, n: number): Spectrum {
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => (d[b] ?? 0) - (d[a] ?? 0));
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    const vector = rows.subarray(from * n, from * n + n);
    vectors.set(upright(vector), to * n);
  });
  return { values: Float64Array.from(order, (from) => d[from] ?? 0), vectors };
}

/** v or −v: an eigenvector has no sign of its own, and one that flips each second cannot be read. */
export function upright(vector: Float64Array): Float64Array {
  let largest = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(largest)) largest = value;
  return largest < 0 ? vector.map((value) => -value) : vector;
}
