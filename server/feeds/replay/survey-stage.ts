import { statSync } from 'node:fs';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { Dialect } from '../dialect.ts';
import { dialects } from '../dialects/index.ts';
import { readHeader } from './recording.ts';
import { RecordedVenue } from './recorded-venue.ts';
import { surveyRecording } from './recording-survey.ts';
import { ReplayServer } from './replay-server.ts';
import type { Stage } from './stage.ts';
import { surveyCapture } from './survey.ts';

/** Makes the venue that will play a capture; a new one each time the capture begins anew. */
export type MakeStage = () => Stage;

/** Reads a capture once: what it takes to play it as often as one likes. */
export async function surveyStage(file: string): Promise<Result<MakeStage>> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    return refuse('capture-missing', `${file} is not a file.`);
  }
  const header = await readHeader(file);
  if (header) {
    const dialect = dialectOf(header.dialect);
    if (!dialect.ok) return dialect;
    const survey = await surveyRecording(file, header);
    return survey.ok ? ok(() => new RecordedVenue(file, survey.value, dialect.value)) : survey;
  }
  const survey = await surveyCapture(file);
  if (!survey.ok) return survey;
  const dialect = dialectOf(survey.value.dialect);
  return dialect.ok ? ok(() => new ReplayServer(file, survey.value, dialect.value)) : dialect;
}

function dialectOf(wanted: string): Result<Dialect> {
  const dialect = dialects.find(({ id }) => id === wanted);
  return dialect ? ok(dialect) : refuse('unknown-dialect', `No feed speaks "${wanted}".`);
}
