import type { LogFiles } from './files.ts';
import { HEADER_BYTES } from './frame.ts';
import { HEADS_FILE } from './head-files.ts';
import { headPlaces, HeadThinning, type KeptBytes } from './head-thinning.ts';

/** Between two reads the thread is given back: as many heads as this holds take well under 1 ms. */
const CHUNK_BYTES = 128 << 10;
/**
 * Less is not worth a new file. It also makes a thinned file shorter than whoever follows it has read,
 * for as long as some minutes of new heads: so they see that it is another one.
 */
const WORTH_BYTES = 64 << 10;
const DRAFT = `${HEADS_FILE}.new`;

/**
 * Writes `heads.log` (its good bytes end at `length`) anew without the old heads that need not be
 * kept, beside it; `swap` is then to put it in its place. null: not worth it.
 */
export async function thinHeads(
  files: LogFiles,
  length: number,
  now: number,
): Promise<{ readonly length: number; readonly swap: () => Promise<void> } | null> {
  const kept = await keptOf(files, length, now);
  const left = kept.reduce((sum, { from, to }) => sum + to - from, HEADER_BYTES);
  if (length - left < WORTH_BYTES) return null;
  await discard(files);
  const draft = await files.create(DRAFT);
  try {
    let at = 0;
    for (const { from, to } of [{ from: 0, to: HEADER_BYTES }, ...kept]) {
      for (let next = from; next < to;) {
        const bytes = await files.readAt(HEADS_FILE, next, Math.min(CHUNK_BYTES, to - next));
        if (bytes.length === 0) throw new Error(`${HEADS_FILE} is shorter than it was`);
        await draft.write(bytes, at);
        at += bytes.length;
        next += bytes.length;
      }
    }
    await draft.datasync();
  } catch (error) {
    await draft.close().catch(() => undefined);
    // On a disk that is full it must not take the room that records need.
    await discard(files).catch(() => undefined);
    throw error;
  }
  await draft.close();
  return { length: left, swap: () => files.rename(DRAFT, HEADS_FILE) };
}

async function keptOf(files: LogFiles, length: number, now: number): Promise<readonly KeptBytes[]> {
  const thinning = new HeadThinning(now);
  let at = HEADER_BYTES;
  while (at < length) {
    const bytes = await files.readAt(HEADS_FILE, at, Math.min(CHUNK_BYTES, length - at));
    const places = headPlaces(bytes, at);
    // Damage is nothing to thin: from there on all stays as it is.
    if (places.length === 0) break;
    for (const place of places) {
      if (thinning.isRecent(place)) return thinning.end(place.from, length);
      thinning.take(place);
      at = place.to;
    }
  }
  return thinning.end(at, length);
}

async function discard(files: LogFiles): Promise<void> {
  if ((await files.size(DRAFT)) !== null) await files.remove(DRAFT);
}
