/** What a crash leaves at the log's end, and how a start puts it right. */
import type { LogFiles } from './files.ts';
import { encodeHeader } from './frame.ts';

export interface Torn {
  readonly bytes: number;
  /** The name under which they are kept. */
  readonly keptAs: string;
}

/** The segment that was being created holds no record yet: begins it once more. */
export async function restartSegment(files: LogFiles, name: string, firstSequence: number): Promise<void> {
  const file = await files.open(name);
  try {
    await file.truncate(0);
    await file.write(encodeHeader(firstSequence), 0);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** What is cut was never acknowledged; it is kept all the same, for whoever asks what was lost. */
export async function cutTail(files: LogFiles, name: string, bytes: Buffer, end: number): Promise<Torn> {
  const keptAs = `${name}.torn-at-${end}`;
  if ((await files.list()).includes(keptAs)) await files.remove(keptAs);
  const kept = await files.create(keptAs);
  try {
    await kept.write(bytes.subarray(end), 0);
    await kept.datasync();
  } finally {
    await kept.close();
  }
  const file = await files.open(name);
  try {
    await file.truncate(end);
  } finally {
    await file.close();
  }
  await files.syncDirectory();
  return { bytes: bytes.length - end, keptAs };
}
