import type { Cue } from './playback.ts';

/** Cues of several captures as one row in order of time; of equal times, the earlier capture's first. */
export async function* mergeCues(sources: readonly AsyncIterable<Cue>[]): AsyncGenerator<Cue> {
  const heads: { iterator: AsyncIterator<Cue>; cue: Cue }[] = [];
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  try {
    for (const iterator of iterators) {
      const first = await iterator.next();
      if (first.done !== true) heads.push({ iterator, cue: first.value });
    }
    for (;;) {
      let head = heads[0];
      if (!head) return;
      for (const other of heads) if (other.cue.at < head.cue.at) head = other;
      yield head.cue;
      const next = await head.iterator.next();
      if (next.done === true) heads.splice(heads.indexOf(head), 1);
      else head.cue = next.value;
    }
  } finally {
    // Files that were not read to their end are closed.
    for (const iterator of iterators) await iterator.return?.();
  }
}
