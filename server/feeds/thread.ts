/** Entry of the feeds thread (built to feeds-thread.js): wires one feed, live or replayed. */
import { parentPort, workerData } from 'node:worker_threads';
import type { VenueId } from '../../protocol/units.ts';
import { SystemClock } from '../clock.ts';
import { dialects } from './dialects/index.ts';
import type { FeedOptions } from './feed-options.ts';
import { Feed } from './feed.ts';
import type { FeedsThreadData, FeedsToMain, FeedsToRelay, MainToFeeds, RelayToFeeds } from './port.ts';
import { startReplay, type Replay } from './replay/replay.ts';
import { MarketTableWriter } from './table.ts';
import { liveTime } from './time.ts';

const BEAT_MS = 500;

if (parentPort) {
  const port = parentPort;
  const say = (message: FeedsToMain): void => port.postMessage(message);
  run(workerData as FeedsThreadData, say, (hear) => port.on('message', hear)).catch((error: unknown) => {
    // Thrown out of the promise, so that it ends the thread and main sees why.
    setImmediate(() => {
      throw error;
    });
  });
}

async function run(
  data: FeedsThreadData,
  say: (message: FeedsToMain) => void,
  listen: (hear: (message: MainToFeeds) => void) => void,
): Promise<void> {
  const { venue } = data;
  const clock = new SystemClock(data.clockShiftMicros);
  clock.keepAnchored();
  const table = new MarketTableWriter(data.table);
  let replay: Replay | null = null;
  if (data.replay) {
    // A long capture takes its time to be read before there is a feed that beats.
    const stopBeating = clock.setRepeating(BEAT_MS, () => table.beat());
    const started = await startReplay({ files: [data.replay.file], speed: data.replay.speed }, clock);
    stopBeating();
    if (!started.ok) {
      say({ kind: 'fatal', ...started.error });
      return;
    }
    replay = started.value;
  }
  const dialectId = replay?.venues[0].dialect.id ?? venue.dialect ?? 'binance-spot';
  const dialect = dialects.find((one) => one.id === dialectId);
  if (!dialect) {
    say({ kind: 'fatal', code: 'unknown-dialect', sentence: `No feed speaks "${dialectId}".` });
    return;
  }
  const feed = new Feed(optionsOf(data, dialect, clock, table, replay), {
    onInstruments: (instruments) => say({ kind: 'instruments', instruments }),
    onView: (view) => say({ kind: 'feed', view }),
    onQuarantined: (message) => say({ kind: 'quarantined', message }),
    onBar: (openMicros, bytes) => say({ kind: 'relay', message: { kind: 'bars', openMicros, bytes } }),
    onFatal: (error) => say({ kind: 'fatal', ...error }),
  });
  clock.onStep(() => feed.clockStepped());
  if (replay) {
    replay.venues[0].onEnd(() => feed.end());
    replay.playback.onFault((error) => say({ kind: 'fatal', ...error }));
  }
  listen((message) => {
    if (message.kind === 'relay') {
      void answer(feed, message.message).then((reply) => say({ kind: 'relay', message: reply }));
      return;
    }
    feed.stop();
    void (replay?.stop() ?? Promise.resolve()).then(() => say({ kind: 'stopped' }));
  });
  feed.start();
}

function optionsOf(
  data: FeedsThreadData,
  dialect: FeedOptions['dialect'],
  clock: SystemClock,
  table: MarketTableWriter,
  replay: Replay | null,
): FeedOptions {
  const { venue } = data;
  const recorded = replay?.venues[0];
  return {
    venue: venue.id as VenueId,
    name: venue.name,
    dialect,
    restUrl: recorded?.restUrl ?? venue.restUrl,
    wsUrl: recorded?.wsUrl ?? venue.wsUrl,
    symbols: recorded?.symbols ?? venue.symbols,
    origin: venue.origin,
    instruments: data.instruments,
    table,
    clock,
    time: replay?.time ?? liveTime(clock),
    // Jitter of reconnects only: nothing that must repeat.
    random: Math.random,
    replay: recorded ? () => recorded.view() : null,
    remark: recorded?.remark ?? '',
  };
}

async function answer(feed: Feed, question: RelayToFeeds): Promise<FeedsToRelay> {
  if (question.kind === 'candles') {
    return { kind: 'candles', id: question.id, reply: await feed.candles(question.query) };
  }
  const bytes = feed.history(question.bars);
  const sentence = bytes ? '' : 'The feed does not know its instruments yet.';
  return { kind: 'history', id: question.id, bytes, sentence };
}
