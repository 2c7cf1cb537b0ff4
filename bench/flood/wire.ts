/**
 * Frames that are written once and sent for hours: what changes from one sending to the next (times,
 * numbers, ids) has a fixed width and is written over, digit by digit. A batch is one write to a socket.
 */

/** What of a frame changes; each of one instrument but `sequence`, which is of its connection. */
type Part =
  /** ms since 1970. */
  | 'ms'
  /** The same as RFC 3339 with µs. */
  | 'iso'
  /** An id that no trade of the instrument had before. */
  | 'trade'
  /** Numbers of a change of a book, and of the one before it. */
  | 'first'
  | 'last'
  | 'previous'
  /** The number behind the book's last. */
  | 'after'
  | 'sequence';

const WIDTHS: Readonly<Record<Part, number>> = {
  ms: 13,
  iso: 27,
  trade: 12,
  first: 12,
  last: 12,
  previous: 12,
  after: 12,
  sequence: 10,
};
/** From here on a number has its width. */
const FIRST_NUMBER = 100_000_000_000;
const FIRST_SEQUENCE = 1_000_000_000;
const ZERO = 48;

export interface Template {
  readonly bytes: Buffer;
  readonly patches: readonly { readonly at: number; readonly part: Part }[];
  /** By how much it moves the number of its book. */
  readonly step: number;
  /** Of the instrument's cycle: the turn that its book is in behind this frame; null: it changes no book. */
  readonly turn: number | null;
  /** Messages in it. */
  readonly messages: number;
  readonly trades: number;
}

export interface TemplateRules {
  readonly step?: number;
  readonly turn?: number;
  readonly messages?: number;
}

/** `text` as a frame of a server's WebSocket, with parts like `<ms>`. */
export function template(text: string, { step = 0, turn, messages = 1 }: TemplateRules = {}): Template {
  const patches: { at: number; part: Part }[] = [];
  let payload = '';
  let from = 0;
  for (const { index, 0: mark, 1: name } of text.matchAll(/<(\w+)>/g)) {
    const part = name as Part;
    payload += text.slice(from, index);
    patches.push({ at: Buffer.byteLength(payload), part });
    payload += '0'.repeat(WIDTHS[part]);
    from = index + mark.length;
  }
  payload += text.slice(from);
  const length = Buffer.byteLength(payload);
  const header =
    length < 126 ? Buffer.from([0x81, length]) : Buffer.from([0x81, 126, length >>> 8, length & 0xff]);
  if (length > 0xffff) throw new RangeError(`A frame of ${length} bytes is too long for its header.`);
  return {
    bytes: Buffer.concat([header, Buffer.from(payload)]),
    patches: patches.map(({ at, part }) => ({ at: at + header.length, part })),
    step,
    turn: turn ?? null,
    messages,
    trades: patches.filter(({ part }) => part === 'trade').length,
  };
}

/** The numbers of one instrument, which only rise. */
export class Numbers {
  update = FIRST_NUMBER;
  trade = FIRST_NUMBER;
}

/** The numbers of one connection. */
export class Sequence {
  next = FIRST_SEQUENCE;
}

/** Frames gathered for one write. */
export class Batch {
  #bytes = Buffer.allocUnsafe(0);
  #length = 0;
  #ms = 0;
  #iso = '';

  /** Begins one of up to `capacity` bytes, at this time, ms. */
  begin(capacity: number, now: number): void {
    this.#bytes = Buffer.allocUnsafe(capacity);
    this.#length = 0;
    if (now === this.#ms) return;
    this.#ms = now;
    this.#iso = `${new Date(now).toISOString().slice(0, 23)}000Z`;
  }

  add({ bytes, patches, step }: Template, numbers: Numbers, sequence: Sequence): void {
    const start = this.#length;
    bytes.copy(this.#bytes, start);
    this.#length += bytes.length;
    const previous = numbers.update;
    numbers.update += step;
    for (const { at, part } of patches) {
      if (part === 'iso') this.#bytes.write(this.#iso, start + at, 'latin1');
      else this.#digits(this.#value(part, previous, numbers, sequence), start + at, WIDTHS[part]);
    }
  }

  /** What was gathered; the memory is the receiver's. */
  end(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #value(part: Exclude<Part, 'iso'>, previous: number, numbers: Numbers, sequence: Sequence): number {
    switch (part) {
      case 'ms':
        return this.#ms;
      case 'trade':
        return numbers.trade++;
      case 'first':
        return previous + 1;
      case 'last':
        return numbers.update;
      case 'previous':
        return previous;
      case 'after':
        return numbers.update + 1;
      case 'sequence':
        return sequence.next++;
    }
  }

  #digits(value: number, at: number, width: number): void {
    // In two halves of 32-bit numbers, which divide faster than doubles.
    const high = Math.floor(value / 1e6);
    this.#half((value - high * 1e6) | 0, at + width - 6, 6);
    this.#half(high | 0, at, width - 6);
  }

  #half(value: number, at: number, width: number): void {
    let rest = value;
    for (let digit = at + width - 1; digit >= at; digit--) {
      const next = (rest / 10) | 0;
      this.#bytes[digit] = ZERO + rest - next * 10;
      rest = next;
    }
  }
}
