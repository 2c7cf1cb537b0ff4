/** An answer over REST, and when it came. */
export interface Answer {
  readonly at: number;
  readonly status: number;
  readonly body: string;
}

/** What the venue answered, by question: path and query. */
export class Answers {
  readonly #byPath = new Map<string, Answer[]>();
  /** For a question that the recorder asked with another number: a limit, a time. */
  readonly #alike = new Map<string, Answer[]>();

  add(path: string, answer: Answer): void {
    push(this.#byPath, path, answer);
    push(this.#alike, lessNumbers(path), answer);
  }

  /** In order of time; empty when nothing like it was asked. */
  to(path: string): readonly Answer[] {
    return this.#byPath.get(path) ?? this.#alike.get(lessNumbers(path)) ?? [];
  }
}

/**
 * The answer to give at `position`: the next one when it comes within `soon`, as the recorder also
 * had to wait for it; else the newest; null when even the first comes later.
 */
export function answerAt(answers: readonly Answer[], position: number, soon: number): Answer | null {
  const next = answers.find(({ at }) => at > position);
  if (next && next.at - position <= soon) return next;
  return answers.findLast(({ at }) => at <= position) ?? null;
}

function push(map: Map<string, Answer[]>, key: string, answer: Answer): void {
  const list = map.get(key);
  if (list) list.push(answer);
  else map.set(key, [answer]);
}

/** The question with its query's names in order and without the values that are plain numbers. */
export function lessNumbers(path: string): string {
  const url = new URL(path, 'http://replay.invalid');
  const query = [...url.searchParams].map(([name, value]) =>
    /^\d+$/.test(value) ? name : `${name}=${value}`,
  );
  return `${url.pathname}?${query.sort().join('&')}`;
}
