import { ok, refuse, type Result } from '../../../protocol/result.ts';
import { dialects } from '../dialects/index.ts';
import { CaptureFault, readCapture } from './capture.ts';
import { recordedDialect } from './recorded-dialect.ts';
import { readHeader } from './recording.ts';

export interface CaptureVenue {
  readonly id: string;
  readonly name: string;
}

/** Whose traffic a capture is, by its first lines; refused where they cannot be read. */
export async function identifyCapture(file: string): Promise<Result<CaptureVenue & { dialect: string }>> {
  const header = await readHeader(file);
  if (header) return ok({ id: header.venue, name: header.name, dialect: header.dialect });
  try {
    for await (const record of readCapture(file)) {
      const id = record.kind === 'frame' ? recordedDialect(record.stream, record.text) : null;
      const dialect = dialects.find((one) => one.id === id);
      if (dialect) return ok({ id: dialect.id, name: dialect.name, dialect: dialect.id });
    }
  } catch (error) {
    if (error instanceof CaptureFault) return refuse(error.code, error.message);
    throw error;
  }
  return refuse('capture-empty', `${file} holds no market data.`);
}

/** Captures of one venue are told apart by a number: `okx`, `okx-2`. */
export function toldApart<T extends CaptureVenue>(venues: readonly T[]): T[] {
  const seen = new Map<string, number>();
  return venues.map((venue) => {
    const count = (seen.get(venue.id) ?? 0) + 1;
    seen.set(venue.id, count);
    return count === 1 ? venue : { ...venue, id: `${venue.id}-${count}`, name: `${venue.name} ${count}` };
  });
}
