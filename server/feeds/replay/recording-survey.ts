import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { RecordingHeader } from '../recording/format.ts';
import { Answers } from './answers.ts';
import { CaptureFault } from './capture.ts';
import type { Span } from './playback.ts';
import { readRecording } from './recording.ts';

/** One connection of the recorder. */
export interface RecordedConnection {
  readonly number: number;
  readonly path: string;
  /** What the recorder sent first: two connections to one path are told apart by it. */
  firstSent: string | null;
}

/** What must be known of a recording before it is played. */
export interface RecordingSurvey {
  readonly header: RecordingHeader;
  /** From the first connection to the last frame. */
  readonly span: Span;
  readonly frames: number;
  readonly connections: ReadonlyMap<number, RecordedConnection>;
  readonly answers: Answers;
  /** Said with the data; empty when the recording is whole. */
  readonly remark: string;
}

/** Reads the whole recording once. Refused: an unusable line, no connection, no frame. */
export async function surveyRecording(
  file: string,
  header: RecordingHeader,
): Promise<Result<RecordingSurvey>> {
  let firstAt = Infinity;
  let lastAt = -Infinity;
  let frames = 0;
  let cut = 0;
  const connections = new Map<number, RecordedConnection>();
  const answers = new Answers();
  try {
    for await (const record of readRecording(file, header, (bytes) => (cut = bytes))) {
      switch (record.kind) {
        case 'answer':
          answers.add(record.path, record);
          break;
        case 'opened':
          firstAt = Math.min(firstAt, record.at);
          connections.set(record.connection, {
            number: record.connection,
            path: record.path,
            firstSent: null,
          });
          break;
        case 'sent': {
          const connection = connections.get(record.connection);
          if (connection) connection.firstSent ??= record.text;
          break;
        }
        case 'received':
          frames += 1;
          lastAt = record.at;
          break;
        case 'closed':
          break;
      }
    }
  } catch (error) {
    if (error instanceof CaptureFault) return refuse(error.code, error.message);
    throw error;
  }
  if (frames === 0 || connections.size === 0) return refuse('capture-empty', `${file} holds no market data.`);
  const remark =
    cut === 0
      ? ''
      : `The recording was torn off at its end: its last ${cut} bytes are not whole and were cut.`;
  return ok({ header, span: { firstAt, lastAt }, frames, connections, answers, remark });
}
