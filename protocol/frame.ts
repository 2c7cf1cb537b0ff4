/**
 * Binary frames, server to console. Little-endian, everything on 8-byte boundaries, so that a
 * section's columns are read as typed arrays without copying.
 *
 *     frame    0  u8   protocol version
 *              1  u8   kind: 1 market batch (costs a credit), 2 bars, 3 heartbeat, 4 history,
 *                   5 statistics, 6 ticks
 *              2  u8   origin: 0 LIVE, 1 PAPER, 2 REPLAY, 3 SIM
 *              3  u8   0
 *              4  u32  number of sections
 *              8  f64  sent at: server's wall clock, µs since 1970
 *             16       sections, one after the other
 *
 *     section  0  u8   kind: 1 quotes, 2 trades, 3 book, 4 bars, 5 history, 6 statistics, 7 ticks
 *              1  u8   0
 *              2  u16  instrument (trades, book, ticks), else 0
 *              4  u32  length of the whole section in bytes, a multiple of 8
 *              8       body; columns in the order the codec's own docstring gives, each padded to 8
 */
import { ORIGINS, type Origin } from './origin.ts';
import { ok, refuse, type Result } from './result.ts';
import type { Micros } from './units.ts';
import { PROTOCOL_VERSION } from './version.ts';

export const FRAME_KIND = { market: 1, bars: 2, heartbeat: 3, history: 4, statistics: 5, ticks: 6 } as const;
export type FrameKind = keyof typeof FRAME_KIND;
export const SECTION_KIND = {
  quotes: 1,
  trades: 2,
  book: 3,
  bars: 4,
  history: 5,
  statistics: 6,
  ticks: 7,
} as const;
export type SectionKind = keyof typeof SECTION_KIND;

export const FRAME_HEADER = 16;
export const SECTION_HEADER = 8;
const MAX_FRAME = 64 * 1024 * 1024;

export interface Section {
  readonly kind: SectionKind;
  readonly instrument: number;
  /** The body, 8-byte aligned when the frame itself is. */
  readonly body: DataView;
}

export interface Frame {
  readonly kind: FrameKind;
  readonly origin: Origin;
  readonly sentAt: Micros;
  readonly sections: readonly Section[];
}

/** In whole numbers up to 2^53: a 32-bit mask would let a hostile count wrap round to a fitting length. */
export const align8 = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** Reads and checks a frame's structure; the bodies are read by their own codecs. */
export function decodeFrame(input: Uint8Array): Result<Frame> {
  // Typed-array views need an 8-byte aligned start; a socket may hand us any offset.
  const bytes = input.byteOffset % 8 === 0 ? input : input.slice();
  const size = bytes.byteLength;
  if (size < FRAME_HEADER) return refuse('frame-too-short', `A frame of ${size} bytes has no header.`);
  if (size > MAX_FRAME) return refuse('frame-too-long', `A frame of ${size} bytes is over the limit.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  const version = view.getUint8(0);
  if (version !== PROTOCOL_VERSION) {
    return refuse('frame-version', `The frame speaks protocol ${version}, this side ${PROTOCOL_VERSION}.`);
  }
  const kind = keyOf(FRAME_KIND, view.getUint8(1));
  if (!kind) return refuse('frame-kind', `Frame kind ${view.getUint8(1)} is not known.`);
  const origin = ORIGINS[view.getUint8(2)];
  if (!origin) return refuse('frame-origin', `Origin ${view.getUint8(2)} is not known.`);
  const sentAt = view.getFloat64(8, true);
  if (!Number.isSafeInteger(sentAt))
    return refuse('frame-time', 'The time of a frame is not a whole number of µs.');
  const expected = view.getUint32(4, true);
  const sections: Section[] = [];
  let offset = FRAME_HEADER;
  while (offset < size) {
    if (size - offset < SECTION_HEADER) return refuse('section-cut', 'A section ends in mid-header.');
    const sectionKind = keyOf(SECTION_KIND, view.getUint8(offset));
    if (!sectionKind) return refuse('section-kind', `Section kind ${view.getUint8(offset)} is not known.`);
    const length = view.getUint32(offset + 4, true);
    if (length < SECTION_HEADER || length % 8 !== 0 || offset + length > size) {
      return refuse('section-length', `A section claims ${length} of the ${size - offset} bytes left.`);
    }
    sections.push({
      kind: sectionKind,
      instrument: view.getUint16(offset + 2, true),
      body: new DataView(bytes.buffer, bytes.byteOffset + offset + SECTION_HEADER, length - SECTION_HEADER),
    });
    offset += length;
  }
  if (sections.length !== expected) {
    return refuse('section-count', `The frame announced ${expected} sections and has ${sections.length}.`);
  }
  return ok({ kind, origin, sentAt: sentAt as Micros, sections });
}

function keyOf<K extends string>(codes: Readonly<Record<K, number>>, code: number): K | null {
  for (const key in codes) if (codes[key] === code) return key;
  return null;
}

/** Builds frames in one growing buffer; `finish` returns a copy of exactly the frame's bytes. */
export class FrameWriter {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #length = FRAME_HEADER;
  #sections = 0;

  begin(kind: FrameKind, origin: Origin): this {
    this.#length = FRAME_HEADER;
    this.#sections = 0;
    this.#view.setUint8(0, PROTOCOL_VERSION);
    this.#view.setUint8(1, FRAME_KIND[kind]);
    this.#view.setUint8(2, ORIGINS.indexOf(origin));
    this.#view.setUint8(3, 0);
    return this;
  }

  get sections(): number {
    return this.#sections;
  }

  /** Appends a section of `bodyBytes` and returns the zeroed view of its body, to be filled at once. */
  section(kind: SectionKind, instrument: number, bodyBytes: number): DataView {
    const length = SECTION_HEADER + align8(bodyBytes);
    this.#grow(this.#length + length);
    const start = this.#length;
    this.#bytes.fill(0, start, start + length);
    this.#view.setUint8(start, SECTION_KIND[kind]);
    this.#view.setUint16(start + 2, instrument, true);
    this.#view.setUint32(start + 4, length, true);
    this.#length += length;
    this.#sections += 1;
    return new DataView(this.#bytes.buffer, start + SECTION_HEADER, length - SECTION_HEADER);
  }

  finish(sentAt: Micros): Uint8Array {
    this.#view.setUint32(4, this.#sections, true);
    this.#view.setFloat64(8, sentAt, true);
    return this.#bytes.slice(0, this.#length);
  }

  #grow(needed: number): void {
    if (needed <= this.#bytes.byteLength) return;
    let size = this.#bytes.byteLength;
    while (size < needed) size *= 2;
    const bytes = new Uint8Array(size);
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
