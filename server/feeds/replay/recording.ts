import { microsOf, recordSchema, type RecordingHeader } from '../recording/format.ts';
import { CaptureFault } from './capture.ts';
import { readLines, type OnCut } from './lines.ts';

/** What a recording of ours holds, in the order of its recording; addresses less the venue's base. */
export type Recorded = { readonly at: number } & (
  | { readonly kind: 'answer'; readonly path: string; readonly status: number; readonly body: string }
  | { readonly kind: 'opened'; readonly connection: number; readonly path: string }
  | { readonly kind: 'sent'; readonly connection: number; readonly text: string }
  | { readonly kind: 'received'; readonly connection: number; readonly frame: string | Uint8Array }
  | { readonly kind: 'closed'; readonly connection: number }
);

/** The header of a recording of ours; null when the file is something else. */
export async function readHeader(file: string): Promise<RecordingHeader | null> {
  try {
    for await (const line of readLines(file)) {
      const record = line.startsWith('{"t":"header"') ? recordSchema.safeParse(JSON.parse(line)) : null;
      return record?.data?.t === 'header' ? record.data : null;
    }
  } catch {
    // What can't be read at all is refused by whoever reads it as a capture.
  }
  return null;
}

/**
 * Reads a recording record by record; times are µs since 1970.
 *
 * @throws CaptureFault at the first line that is none.
 */
export async function* readRecording(
  file: string,
  { rest, ws }: RecordingHeader,
  onCut: OnCut = () => undefined,
): AsyncGenerator<Recorded> {
  let number = 0;
  let previous = -Infinity;
  const fault = (what: string): CaptureFault =>
    new CaptureFault('capture-line', `${file}, line ${number}: ${what}.`);
  try {
    for await (const line of readLines(file, onCut)) {
      number += 1;
      const record = recordSchema.safeParse(parse(line));
      if (!record.success) throw fault('no record of a recording');
      const { data } = record;
      if (data.t === 'header') continue;
      // The recorder's clock may step back: the order of the file is the order of arrival.
      const at = (previous = Math.max(previous, microsOf(data.ts)));
      switch (data.t) {
        case 'http':
          yield { kind: 'answer', at, path: within(data.url, rest), status: data.status, body: data.data };
          break;
        case 'connect':
          yield { kind: 'opened', at, connection: data.conn, path: within(data.addr, ws) };
          break;
        case 'send':
          yield { kind: 'sent', at, connection: data.conn, text: data.data };
          break;
        case 'recv': {
          const frame = data.data ?? Buffer.from(data.b64 ?? '', 'base64');
          yield { kind: 'received', at, connection: data.conn, frame };
          break;
        }
        case 'close':
          yield { kind: 'closed', at, connection: data.conn };
          break;
      }
    }
  } catch (error) {
    if (error instanceof CaptureFault) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    throw new CaptureFault('capture-unreadable', `${file} can't be read after line ${number}: ${cause}.`);
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

/** Path and query behind the base address, as our own server will be asked for it. */
function within(address: string, base: string): string {
  const trimmed = base.replace(/\/+$/, '');
  const rest = address.startsWith(trimmed) ? address.slice(trimmed.length) : null;
  const url = new URL(rest ?? address, 'http://replay.invalid');
  return url.pathname + url.search;
}
