import { statSync } from 'node:fs';
import type { FeedView } from '../../../protocol/health.ts';
import { ok, refuse, type Refusal, type Result } from '../../../protocol/result.ts';
import type { Clock } from '../../clock.ts';
import type { Dialect } from '../dialect.ts';
import { dialects } from '../dialects/index.ts';
import { Playback } from './playback.ts';
import { ReplayServer } from './replay-server.ts';
import { surveyCapture, type Survey } from './survey.ts';

/** A capture served by a real local WebSocket and REST server, so that the adapter is the live one. */
export interface Replay {
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly speed: number;
  /** Whose traffic it is. */
  readonly dialect: Dialect;
  readonly survey: Survey;
  /** What people must know about the instruments of this capture. */
  readonly remark: string;
  /** Where the capture is now, µs since 1970. */
  position(): number;
  view(): NonNullable<FeedView['replay']>;
  /** Once, when the last frame has reached the adapter. */
  onEnd(listener: () => void): void;
  onFault(listener: (error: Refusal) => void): void;
  stop(): Promise<void>;
}

/** Surveys the capture and starts serving it; it plays from the first subscription on. */
export async function startReplay(
  { file, speed }: { readonly file: string; readonly speed: number },
  clock: Clock,
): Promise<Result<Replay>> {
  if (!(speed > 0)) return refuse('replay-speed', `A replay's speed must be more than 0, not ${speed}.`);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    return refuse('capture-missing', `${file} is not a file.`);
  }
  const survey = await surveyCapture(file);
  if (!survey.ok) return survey;
  const dialect = dialects.find(({ id }) => id === survey.value.dialect);
  if (!dialect) return refuse('unknown-dialect', `No feed speaks "${survey.value.dialect}".`);
  const server = new ReplayServer(survey.value, dialect.lines('', []).length);
  const playback = new Playback(file, survey.value, speed, clock, server);
  server.bind(playback);
  const port = await server.listen();
  return ok({
    restUrl: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}`,
    speed,
    dialect,
    survey: survey.value,
    remark: survey.value.remark,
    position: () => playback.position(),
    view: () => ({
      progress: playback.progress(),
      speed: Number.isFinite(speed) ? speed : 0,
      ended: server.drained,
    }),
    onEnd: (listener) => server.onDrained(listener),
    onFault: (listener) => playback.onFault(listener),
    stop: async () => {
      playback.stop();
      await server.close();
    },
  });
}
