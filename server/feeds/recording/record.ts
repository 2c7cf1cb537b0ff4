import { ok, refuse, type Refusal, type Result } from '../../../protocol/result.ts';
import type { VenueId } from '../../../protocol/units.ts';
import type { Clock } from '../../clock.ts';
import { Feed } from '../feed.ts';
import { OffsetMeter } from '../offset-meter.ts';
import { RestClient } from '../rest.ts';
import { secretHeadersOf } from '../secret-headers.ts';
import { createMarketTable, MarketTableWriter } from '../table.ts';
import { liveTime } from '../time.ts';
import { WeightBudget } from '../weight-budget.ts';
import { FORMAT, lineOf } from './format.ts';
import type { RecordOptions } from './options.ts';
import { Recorder } from './recorder.ts';
import { createRecordingFile, type RecordingFile } from './recording-file.ts';

const INSTRUMENTS_MOST = 4096;
const FLUSH_MS = 1000;
/** Of the past, so that a replay has the candles that a console asks for first. */
const CANDLES = 1000;

export interface RecordPorts {
  readonly clock: Clock;
  readonly version: string;
  /** Where the keys of venues that need one come from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A line a second. */
  readonly say: (line: string) => void;
  /** Resolves when a person wants the end. */
  readonly stopped: Promise<void>;
}

/**
 * Records a venue through the very feed that the console uses, so that a replay is asked nothing
 * that was not asked here. Resolves with a sentence at the end; the file is whole in any case.
 */
export async function record(options: RecordOptions, ports: RecordPorts): Promise<Result<string>> {
  // They travel in the headers, which are not recorded.
  const headers = secretHeadersOf(options.dialect, ports.environment);
  if (!headers.ok) return headers;
  const made = await createRecordingFile(options.out);
  if (!made.ok) return made;
  const file = made.value;
  const { clock, version, say } = ports;
  file.add(
    lineOf.header({
      t: 'header',
      format: FORMAT,
      venue: options.dialect.id,
      name: options.dialect.name,
      dialect: options.dialect.id,
      symbols: options.symbols === 'all' ? 'all' : [...options.symbols],
      rest: options.rest,
      ws: options.ws,
      recorder: version,
      clock: await measureClock(options, clock),
    }),
  );
  const recorder = new Recorder(file, clock);
  const fatal = { error: null as Refusal | null };
  const feed = openFeed(options, headers.value, clock, recorder, (error) => (fatal.error = error));
  const ended = new Promise<Refusal | string>((resolve) => {
    const startedAt = clock.monotonicMicros();
    const stop = clock.setRepeating(FLUSH_MS, () => {
      void file.flush();
      const seconds = (clock.monotonicMicros() - startedAt) / 1e6;
      say(describe(seconds, recorder, file, feed));
      const end = whyEnd(options, seconds, file, fatal.error);
      if (end === null) return;
      stop();
      resolve(end);
    });
    void ports.stopped.then(() => {
      stop();
      resolve('as asked');
    });
  });
  feed.start();
  const end = await ended;
  feed.stop();
  await file.close();
  const why = typeof end === 'string' ? end : '';
  const problem = typeof end === 'string' ? file.fault : end;
  if (problem) return refuse(problem.code, problem.sentence);
  const { received, answers } = recorder.counts;
  return ok(
    `${options.out}: ${received} frames and ${answers} answers, ${sizeText(file.bytes)}; ended ${why}.`,
  );
}

function openFeed(
  options: RecordOptions,
  headers: Readonly<Record<string, string>>,
  clock: Clock,
  recorder: Recorder,
  onFatal: (error: Refusal) => void,
): Feed {
  const feed: Feed = new Feed(
    {
      venue: options.dialect.id as VenueId,
      name: options.dialect.name,
      dialect: options.dialect,
      restUrl: options.rest,
      wsUrl: options.ws,
      symbols: options.symbols,
      origin: 'LIVE',
      instruments: null,
      table: new MarketTableWriter(createMarketTable(INSTRUMENTS_MOST)),
      clock,
      time: liveTime(clock),
      random: Math.random,
      replay: null,
      remark: '',
      tap: recorder,
      headers,
    },
    {
      onInstruments: (instruments) => {
        for (const { index } of instruments) {
          void feed.candles({ instrument: index, interval: '1m', limit: CANDLES });
        }
      },
      onView: () => undefined,
      // What the decoder refuses is in the recording, with everything else.
      onQuarantined: () => undefined,
      onBar: () => undefined,
      onStatistics: () => undefined,
      onMinutes: () => undefined,
      onFatal,
    },
  );
  return feed;
}

async function measureClock({ dialect, rest }: RecordOptions, clock: Clock) {
  const budget = new WeightBudget(dialect.rules.weightPerMinute, clock.monotonicMicros() / 1000);
  const client = new RestClient(rest, dialect.rest, budget, clock);
  const meter = new OffsetMeter(dialect, client, clock);
  await meter.measure();
  client.stop();
  const { estimate } = meter;
  return estimate && { offsetMs: estimate.offsetMs, uncertaintyMs: estimate.uncertaintyMs };
}

/** Why it must end now; null to go on. */
function whyEnd(
  { minutes, mostBytes }: RecordOptions,
  seconds: number,
  file: RecordingFile,
  fatal: Refusal | null,
): Refusal | string | null {
  if (file.fault) return file.fault;
  if (fatal) return fatal;
  if (seconds >= minutes * 60) return `after ${minutes} min`;
  return file.bytes >= mostBytes ? `at its largest size, ${sizeText(mostBytes)}` : null;
}

function describe(seconds: number, { counts }: Recorder, file: RecordingFile, feed: Feed): string {
  const { state, sentence } = feed.view();
  const time = new Date(Math.round(seconds) * 1000).toISOString().slice(11, 19);
  const { connections, sent, received, answers } = counts;
  const what = `${received} frames, ${sent} sent, ${answers} answers, ${connections} connections`;
  return `${time}  ${what}, ${sizeText(file.bytes)}  ${state}${state === 'live' ? '' : `: ${sentence}`}`;
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
