import { statSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Result } from '../../../protocol/result.ts';

/** What a verb reads and prints by; a test hands in its own. */
export interface Terminal {
  readonly say: (line: string) => void;
  /** Progress and warnings: not the verb's output. */
  readonly note: (line: string) => void;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What relative paths stand on. */
  readonly cwd: string;
  /** The data directory when none is given. */
  readonly data: string;
  /** The built `verify-thread.js`; null where nothing is built: then one thread does it all. */
  readonly threadEntry: URL | null;
  /** More that `check` knows: null from each that does not know the text. */
  readonly otherFiles: readonly ((text: string, key: string | null) => Result<readonly string[]> | null)[];
}

/** One word of `npm run audit -- WORD`. */
export interface Verb {
  /** Behind the word: `--seq N [--data DIR]`. */
  readonly usage: string;
  /** In half a line. */
  readonly about: string;
  /** The exit code: 0 = as it should be, 1 = not. */
  run(args: readonly string[], at: Terminal): Promise<number>;
}

/** Said whole and without a stack; `usage`: the words were wrong, not the log. */
export class VerbRefused extends Error {
  override readonly name = 'VerbRefused';
  readonly kind: 'usage' | 'failed';
  constructor(sentence: string, kind: 'usage' | 'failed' = 'failed') {
    super(sentence);
    this.kind = kind;
  }
}

type OptionKinds = Readonly<Record<string, 'text' | 'flag' | 'texts'>>;
type Options<Kinds extends OptionKinds> = {
  readonly [Name in keyof Kinds]: Kinds[Name] extends 'flag'
    ? boolean
    : Kinds[Name] extends 'texts'
      ? readonly string[]
      : string | undefined;
};

/** The options of a verb, and what stands beside them. */
export function readOptions<const Kinds extends OptionKinds>(
  args: readonly string[],
  kinds: Kinds,
): { readonly options: Options<Kinds>; readonly words: readonly string[] } {
  const options = Object.fromEntries(
    Object.entries(kinds).map(([name, kind]) => [
      name,
      kind === 'flag'
        ? { type: 'boolean' as const, default: false }
        : {
            type: 'string' as const,
            multiple: kind === 'texts',
            ...(kind === 'texts' ? { default: [] } : {}),
          },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { options: values as Options<Kinds>, words: positionals };
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new VerbRefused(`${sentence.replace(/\.$/, '')}.`, 'usage');
  }
}

/** The log's folder in a data directory, or the one that is a log's folder itself. */
export function logFolder(data: string | undefined, { cwd, data: usual }: Terminal): string {
  const given = data === undefined ? usual : resolve(cwd, data);
  for (const dir of [join(given, 'audit'), given]) {
    if (
      isFolder(dir) &&
      (dir !== given || isThere(join(dir, 'verifier')) || isThere(join(dir, 'heads.log')))
    ) {
      return dir;
    }
  }
  throw new VerbRefused(`${given} holds no audit log; name its data directory with --data.`);
}

/** A whole number from 1 on; null when it was not given. */
export function wholeNumber(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new VerbRefused(`--${name} takes a whole number from 1 on, not "${text}".`, 'usage');
}

/** A verifier key as it was given: itself, or a file that holds it. */
export function verifierKey(key: string | undefined, { cwd }: Terminal): string | null {
  if (key === undefined) return null;
  if (/^[^+\s]+\+[0-9a-f]{8}\+\S+$/.test(key.trim())) return key.trim();
  return readText(resolve(cwd, key)).trim();
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new VerbRefused(`${file} can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}).`);
  }
}

const isThere = (file: string): boolean => statSync(file, { throwIfNoEntry: false }) !== undefined;
const isFolder = (file: string): boolean => statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false;
