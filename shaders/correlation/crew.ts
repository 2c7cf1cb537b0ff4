/**
 * K1 on several workers: this thread and its helpers compute a band of rows each. Whoever does not
 * answer, or cannot, is let go, and this thread computes that band too: a crew always answers.
 */
import { equalBands, placeBand, type Band, type Rows } from './band.ts';
import type { Correlated } from './correlated.ts';
import type { Panel } from './panel.ts';
import { Preference } from './preference.ts';
import type { WasmCorrelation } from './wasm.ts';

export interface BandRequest {
  readonly job: number;
  readonly rows: Rows;
  /** Its arrays are shared where the page may share memory, else copied with the message. */
  readonly panel: Panel<ArrayBufferLike>;
}

export type BandAnswer =
  /** It is there and computes. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'band'; readonly job: number; readonly band: Band; readonly bytes: number }
  | { readonly kind: 'failed'; readonly why: string };

/** Another thread that answers requests (helper.ts): a worker of the page, or a thread of Node's. */
export interface Helper {
  post(request: BandRequest): void;
  close(): void;
}

export interface CrewOptions {
  /** Starts a helper, whose answers and whose end it reports. */
  readonly spawn: (answer: (answer: BandAnswer) => void) => Helper;
  readonly helpers: number;
  /** ms of a monotonic clock. */
  readonly now: () => number;
  /** Calls `then` after `ms` unless cancelled. */
  readonly after: (ms: number, then: () => void) => () => void;
}

/**
 * Below so many multiplications a crew costs more than it saves: copies and messages take 0.5 to 1 ms.
 * Measured (docs/performance.md, `kernels` k1).
 */
export const WORTH_A_CREW = 2 ** 25;
/** A helper that has not answered within this is let go. */
const PATIENCE_MS = 5000;

/** What the health panel says of it. */
export interface CrewView {
  /** Threads that compute, this one included. */
  readonly workers: number;
  readonly why: string;
}

interface Member {
  readonly helper: Helper;
  ready: boolean;
  bytes: number;
  /** The request under way. */
  waiting: { readonly job: number; readonly settle: (band: Band | null) => void } | null;
}

export class Crew {
  readonly #wasm: WasmCorrelation;
  readonly #options: CrewOptions;
  readonly #members = new Set<Member>();
  #started = false;
  #jobs = 0;
  #lost: string | null = null;
  readonly #shared = new SharedPanel();
  readonly #preference = new Preference();

  constructor(wasm: WasmCorrelation, options: CrewOptions) {
    this.#wasm = wasm;
    this.#options = options;
  }

  get view(): CrewView {
    const ready = this.#ready().length;
    const lost = this.#lost === null ? '' : ` A helper was let go: ${this.#lost}`;
    const { gain } = this.#preference;
    if (ready > 0 && gain !== null && gain < 1) {
      const times = (1 / gain).toFixed(1);
      return {
        workers: 1,
        why: `One worker computes: ${1 + ready} took ${times} times as long here.${lost}`,
      };
    }
    if (ready > 0) {
      return {
        workers: 1 + ready,
        why: `Matrices that are worth it are shared by ${1 + ready} workers.${lost}`,
      };
    }
    if (lost !== '') return { workers: 1, why: `One worker computes.${lost}` };
    if (this.#options.helpers < 1) {
      return { workers: 1, why: 'One worker computes: this machine has one core.' };
    }
    return { workers: 1, why: 'One worker computes: no matrix was large enough for more yet.' };
  }

  /** Bytes of the helpers' memories and of what is shared with them. */
  get bytes(): number {
    return [...this.#members].reduce((sum, { bytes }) => sum + bytes, this.#shared.bytes);
  }

  /**
   * The bits of one worker. Alone until helpers are there: it never waits for one to start; and alone
   * where that was measured to be faster. One at a time.
   */
  async correlate(panel: Panel): Promise<Correlated> {
    if (!worthACrew(panel)) return this.#wasm.correlate(panel);
    this.#start();
    const members = this.#ready();
    const bands = equalBands(panel.n, 1 + members.length);
    const way = bands.length > 1 ? this.#preference.choose() : 'alone';
    const started = this.#options.now();
    const matrix =
      way === 'alone' ? this.#wasm.correlate(panel) : await this.#together(panel, bands, members);
    this.#preference.took(way, multiplications(panel), this.#options.now() - started);
    return matrix;
  }

  async #together(
    panel: Panel,
    [own = { from: 0, to: panel.n }, ...others]: readonly Rows[],
    members: readonly Member[],
  ): Promise<Correlated> {
    const shared = this.#shared.of(panel);
    const answers = others.map((rows, at) => {
      const member = members[at];
      const request = { job: ++this.#jobs, rows, panel: shared };
      return { rows, band: member === undefined ? null : this.#ask(member, request) };
    });
    const matrix = this.#wasm.correlateRows(panel, own);
    for (const { rows, band } of answers) {
      placeBand(matrix, panel.n, (await band) ?? this.#wasm.correlateBand(panel, rows));
    }
    return matrix;
  }

  close(): void {
    for (const member of [...this.#members]) this.#drop(member, null);
  }

  #ready(): Member[] {
    return [...this.#members].filter(({ ready }) => ready);
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    for (let k = 0; k < this.#options.helpers; k++) {
      try {
        // A helper may answer before it is told of here.
        const early: BandAnswer[] = [];
        let hear = (answer: BandAnswer): void => void early.push(answer);
        const helper = this.#options.spawn((answer) => hear(answer));
        const member: Member = { helper, ready: false, bytes: 0, waiting: null };
        this.#members.add(member);
        hear = (answer) => this.#hear(member, answer);
        early.forEach(hear);
      } catch (error) {
        this.#lost = sentence(error);
      }
    }
  }

  #ask(member: Member, request: BandRequest): Promise<Band | null> {
    return new Promise((resolve) => {
      const cancel = this.#options.after(PATIENCE_MS, () => this.#drop(member, 'It did not answer.'));
      member.waiting = {
        job: request.job,
        settle: (band) => {
          member.waiting = null;
          cancel();
          resolve(band);
        },
      };
      try {
        member.helper.post(request);
      } catch (error) {
        this.#drop(member, sentence(error));
      }
    });
  }

  #hear(member: Member, answer: BandAnswer): void {
    if (!this.#members.has(member)) return;
    switch (answer.kind) {
      case 'ready':
        member.ready = true;
        return;
      case 'failed':
        this.#drop(member, answer.why);
        return;
      case 'band':
        member.bytes = answer.bytes;
        if (member.waiting?.job === answer.job) member.waiting.settle(answer.band);
        return;
    }
  }

  #drop(member: Member, why: string | null): void {
    if (!this.#members.delete(member)) return;
    if (why !== null) this.#lost = why;
    member.helper.close();
    member.waiting?.settle(null);
  }
}

export function worthACrew(panel: Pick<Panel, 'n' | 't'>): boolean {
  return multiplications(panel) >= WORTH_A_CREW;
}

function multiplications({ n, t }: Pick<Panel, 'n' | 't'>): number {
  return ((n * (n + 1)) / 2) * t;
}

/** Memory that threads share, kept from panel to panel; without it a panel is copied by each message. */
class SharedPanel {
  #memory: SharedArrayBuffer | null = null;

  get bytes(): number {
    return this.#memory?.byteLength ?? 0;
  }

  of(panel: Panel): Panel<ArrayBufferLike> {
    // Absent in pages that are not isolated, whatever the types say.
    if (typeof SharedArrayBuffer !== 'function') return panel;
    const { z, valid, pairwise } = panel;
    const operands = pairwise === null ? [z] : [z, pairwise.weight, pairwise.square, pairwise.mask];
    const needed = operands.reduce((sum, { byteLength }) => sum + byteLength, valid.byteLength);
    let memory = this.#memory;
    if (memory === null || memory.byteLength < needed) memory = this.#memory = new SharedArrayBuffer(needed);
    let at = 0;
    const floats = (source: Float32Array): Float32Array => {
      const copy = new Float32Array(memory, at, source.length);
      copy.set(source);
      at += copy.byteLength;
      return copy;
    };
    const shared = floats(z);
    const sharedPairwise =
      pairwise === null
        ? null
        : { weight: floats(pairwise.weight), square: floats(pairwise.square), mask: floats(pairwise.mask) };
    const bits = new Uint32Array(memory, at, valid.length);
    bits.set(valid);
    return { ...panel, z: shared, pairwise: sharedPairwise, valid: bits };
  }
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
