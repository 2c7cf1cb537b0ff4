import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { hashLeaf } from '../hash.ts';
import { besideSchema, exportHeaderSchema, type ExportHeader } from './export-format.ts';
import { HeadVerifier } from './head-verifier.ts';
import { RangeTree } from './range-tree.ts';
import { sequenceIn } from './record-bytes.ts';

/** Larger than any record. */
const LINE_BYTES = 4 << 20;
const RECORD = Buffer.from('{"action":');

/** What an export proves, in lines; refused with the first thing wrong with it. Trusts `key`, or the export's own. */
export async function checkExport(file: string, key: string | null): Promise<Result<readonly string[]>> {
  let check: ExportCheck | null = null;
  try {
    for await (const line of linesOf(file)) {
      if (!check) {
        const begun = ExportCheck.begin(line, key);
        if (!begun.ok) return begun;
        check = begun.value;
        continue;
      }
      const wrong = check.line(line);
      if (wrong !== null) return refuse('export-wrong', wrong);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return refuse('export-wrong', `The file is no whole export (${code ?? 'malformed'}).`);
  }
  return check ? check.end() : refuse('export-wrong', 'The file is empty.');
}

class ExportCheck {
  readonly #header: ExportHeader;
  readonly #verifier: HeadVerifier;
  readonly #tree: RangeTree;
  #heads = 0;
  #removed = 0;

  private constructor(header: ExportHeader, verifier: HeadVerifier, tree: RangeTree) {
    this.#header = header;
    this.#verifier = verifier;
    this.#tree = tree;
  }

  static begin(line: Buffer, key: string | null): Result<ExportCheck> {
    const header = exportHeaderSchema.safeParse(parse(line)).data;
    if (!header) return refuse('export-wrong', 'The file is no export of this version.');
    const verifier = HeadVerifier.of(key ?? header.verifier);
    if (!verifier.ok) return verifier;
    try {
      const tree = new RangeTree(header.from - 1, header.left.map(bytesOf));
      return ok(new ExportCheck(header, verifier.value, tree));
    } catch {
      return refuse('export-wrong', 'The hashes beside the range are not those of its place.');
    }
  }

  /** What is wrong with the line; null = nothing. */
  line(line: Buffer): string | null {
    if (line.subarray(0, RECORD.length).equals(RECORD)) {
      const due = this.#tree.size + 1;
      if (sequenceIn(line, 0, line.length) !== due) return `Record ${due} is not at its place.`;
      this.#tree.append(hashLeaf(line));
      return null;
    }
    const beside = besideSchema.safeParse(parse(line)).data;
    if (!beside) return `Behind record ${this.#tree.size} is a line that is neither record nor head.`;
    if ('removed' in beside) {
      if (beside.removed !== this.#tree.size + 1) return `Record ${this.#tree.size + 1} is not at its place.`;
      this.#removed += 1;
      this.#tree.append(bytesOf(beside.leaf));
      return null;
    }
    const head = this.#verifier.headOf(beside.head);
    const { size } = this.#tree;
    if (!head.ok) return `The head over ${size} records ${head.error.sentence}.`;
    if (head.value.size !== size || Buffer.compare(head.value.root, this.#tree.root()) !== 0) {
      return `The records up to ${size} are not those of the head that was signed over them.`;
    }
    this.#heads += 1;
    return null;
  }

  end(): Result<readonly string[]> {
    const { checkpoint, from, to, right } = this.#header;
    const head = this.#verifier.headOf(checkpoint);
    if (!head.ok) return refuse('export-wrong', `The export’s head ${head.error.sentence}.`);
    if (this.#tree.size !== to) {
      return refuse('export-wrong', `It ends at record ${this.#tree.size}, not at ${to}.`);
    }
    const { size, root, signedAt } = head.value;
    const made = this.#tree.rootWith(right.map(bytesOf), size);
    if (!made || Buffer.compare(made, root) !== 0) {
      return refuse('export-wrong', `Its records are not those of the signed head over ${size} records.`);
    }
    const at = new Date(signedAt / 1000).toISOString();
    const removed = this.#removed;
    return ok([
      `Records ${from} to ${to} are those of the log under its head over ${size}, signed ${at}.`,
      `${this.#heads} more heads that were signed between them fit.`,
      ...(removed > 0 ? [`${removed} records were removed by retention: only their hashes are proven.`] : []),
    ]);
  }
}

async function* linesOf(file: string): AsyncGenerator<Buffer, void, undefined> {
  const raw = createReadStream(file);
  const plain = createGunzip();
  raw.on('error', (error) => plain.destroy(error));
  raw.pipe(plain);
  let left: Buffer = Buffer.alloc(0);
  for await (const part of plain) {
    const bytes = left.length === 0 ? (part as Buffer) : Buffer.concat([left, part as Buffer]);
    let from = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, from)) {
      yield bytes.subarray(from, end);
      from = end + 1;
    }
    left = bytes.subarray(from);
    if (left.length > LINE_BYTES) throw new RangeError('a line without an end');
  }
  if (left.length > 0) throw new RangeError('the last line has no end');
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return null;
  }
}

const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex');
