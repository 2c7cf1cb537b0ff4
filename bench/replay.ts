/**
 * `npm run bench -- replay`: the three Binance captures of one night (spot, USD-M, COIN-M) merged on
 * one clock and played as fast as they can be read, each over a real WebSocket into its own feed, in
 * one thread. Every link of every book must be there at the end. Bar: 50 × the recorded pace.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { capturesFolder, readExpected } from '../server/feeds/testing/captures.ts';
import { playInto } from '../server/feeds/testing/replay-rig.ts';
import { finish, median, printTable } from './lib/report.ts';

const ROUNDS = 5;
const BAR = 50;
const NAMES = ['spot_btcusdt_20240808.gz', 'usdm_btcusdt_20240808.gz', 'cm_btcusd_perp_20240808.gz'];

interface Round {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly recordedSeconds: number;
  readonly frames: number;
  readonly isWhole: boolean;
}

async function round(files: readonly string[]): Promise<Round> {
  const played = await playInto({ files, speed: Infinity });
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  await played.ended(600_000);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - from) / 1000;
  const expected = readExpected('ws-binance');
  const isWhole = played.rigs.every(({ feed }, at) => {
    const { gaps, frames } = feed.view();
    return gaps === 0 && frames > 0 && feed.markets[0]?.counts.chained === expected[NAMES[at] ?? '']?.seq_ok;
  });
  const { firstAt, lastAt } = played.replay.playback.span;
  const frames = played.rigs.reduce((sum, { feed }) => sum + feed.view().frames, 0);
  await played.stop();
  return {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    recordedSeconds: (lastAt - firstAt) / 1e6,
    frames,
    isWhole,
  };
}

const files = NAMES.map((name) => join(capturesFolder, 'ws-binance', name));
const missing = files.find((file) => !existsSync(file));
if (missing === undefined) {
  const rounds: Round[] = [];
  for (let count = 0; count < ROUNDS; count++) rounds.push(await round(files));
  printTable(
    ['round', '× recorded', 's', 'CPU s', 'frames/s', 'every link'],
    rounds.map((one, at) => [
      at + 1,
      one.recordedSeconds / one.seconds,
      one.seconds,
      one.cpuSeconds,
      Math.round(one.frames / one.seconds),
      one.isWhole ? 'yes' : 'no',
    ]),
  );
  const times = median(rounds.map((one) => one.recordedSeconds / one.seconds));
  const isWhole = rounds.every((one) => one.isWhole);
  finish('replay', isWhole && times >= BAR, {
    timesRecorded: times,
    bar: BAR,
    rounds: ROUNDS,
    framesPerSecond: median(rounds.map((one) => one.frames / one.seconds)),
    isWhole,
  });
} else {
  process.stderr.write(
    `The captures are not here: ${missing} does not exist (CWTS_CAPTURES names their folder).\n`,
  );
  finish('replay', false, { missing });
}
process.exit();
