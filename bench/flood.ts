/**
 * `npm run bench -- flood`: 50,000 messages a second for a minute, of every dialect, from venues in a
 * process of their own over sockets into two feed threads, 200 instruments; then the largest rate that
 * two threads hold, and one, by search. `-- flood --seconds 10 --no-search`: a short look.
 */
import { availableParallelism } from 'node:os';
import { isMainThread, workerData } from 'node:worker_threads';
import { parseArgs } from 'node:util';
import { generatorProcess } from './flood/generator.ts';
import { relayReaderThread } from './flood/relay-reader.ts';
import { BARS, Flood, costOf, fullAt, isHeld, type Accounts, type Trial } from './flood/trial.ts';
import { finish, median, printTable } from './lib/report.ts';

const CORES = 2;
const SEARCH_SECONDS = 6;
/** A search ends when what held and what did not are so close. */
const CLOSE = 1.1;
const MOST_RATE = 400_000;
/** Memory is judged from here on. */
const SETTLED_SECONDS = 10;
/** Of a core that a feed thread may use, so that a burst finds room. */
const FILLED = 0.7;
const GROWN_TO = 1_000_000;

interface Held {
  readonly threads: number;
  readonly rate: number;
  /** Of the trial at that rate. */
  readonly trial: Trial | null;
}

/** The largest rate that holds: doubled or halved from `from` until both sides are known, then closed in. */
async function search(flood: Flood, from: number): Promise<{ rate: number; trial: Trial | null }> {
  let best: Trial | null = null;
  let fails = Infinity;
  let rate = from;
  while (rate > 1000 && rate < MOST_RATE && fails / (best?.rate ?? 1) > CLOSE) {
    const trial = await flood.trial(Math.round(rate), SEARCH_SECONDS);
    await flood.rest();
    if (isHeld(trial)) best = trial;
    else fails = rate;
    process.stderr.write(
      `flood: ${Math.round(rate)}/s ${isHeld(trial) ? 'held' : 'not held'}: ${said(trial)}\n`,
    );
    if (!best) rate = fails / 2;
    else rate = fails === Infinity ? best.rate * 1.5 : Math.sqrt(best.rate * fails);
  }
  return { rate: best?.rate ?? 0, trial: best };
}

function said({ generated, served, faults }: Trial): string {
  const { received, sent } = served.read;
  const perSecond = Math.round(generated.messages / generated.seconds);
  return (
    `${perSecond} sent/s, received to read p99 ${received.p99.toFixed(1)} ms, sent to read p99 ` +
    `${sent.p99.toFixed(1)} ms, loop p99 ${served.loopMs.p99.toFixed(1)} ms, ${faults} faults`
  );
}

const MB = 1024 * 1024;
/** Resident memory from the tenth second to the last ones, MB; medians of five readings. */
function grownMb({ served: { memory } }: Trial): number {
  const first = memory.slice(SETTLED_SECONDS, SETTLED_SECONDS + 5);
  const last = memory.slice(-5);
  return (median(last) - median(first)) / MB;
}

async function run(seconds: number, isSearched: boolean): Promise<void> {
  // Alpaca's headers; its server here looks at none.
  process.env['CWTS_ALPACA_KEY'] ??= 'bench-key';
  process.env['CWTS_ALPACA_SECRET'] ??= 'bench-secret';
  const flood = await Flood.start(2);
  let trial: Trial;
  let accounts: Accounts;
  const held: Held[] = [];
  try {
    trial = await flood.trial(BARS.rate, seconds);
    process.stderr.write(`flood: ${BARS.rate}/s for ${seconds} s: ${said(trial)}\n`);
    accounts = await flood.accounts();
    if (isSearched) held.push({ threads: 2, ...(await search(flood, BARS.rate)) });
  } finally {
    await flood.stop();
  }
  if (isSearched) {
    const single = await Flood.start(1);
    try {
      held.push({ threads: 1, ...(await search(single, BARS.rate / 2)) });
    } finally {
      await single.stop();
    }
  }
  report(trial, accounts, held, seconds);
}

function report(trial: Trial, accounts: Accounts, held: readonly Held[], seconds: number): void {
  const { generated, served, faults } = trial;
  const perSecond = generated.messages / generated.seconds;
  const tradesLost = accounts.tradesSent - accounts.tradesWritten;
  const grown = grownMb(trial);
  const { received, sent } = served.read;
  const rows: [string, string, string, boolean | null][] = [
    [
      'messages a second',
      `${Math.round(perSecond)} for ${seconds} s`,
      `${BARS.rate}`,
      perSecond >= 0.99 * BARS.rate,
    ],
    [
      'frames dropped',
      `${accounts.framesDropped} of ${accounts.framesSent}`,
      '0',
      accounts.framesDropped === 0,
    ],
    ['trades dropped', `${tradesLost} of ${accounts.tradesSent}`, '0', tradesLost === 0],
    ['gaps, resyncs, reconnects, refusals', `${accounts.faults}`, '0', accounts.faults === 0 && faults === 0],
    ['received to readable p99', age(received), `≤ ${BARS.ageMs} ms`, received.p99 <= BARS.ageMs],
    ['sent to readable p99', age(sent), `≤ ${BARS.ageMs} ms`, sent.p99 <= BARS.ageMs],
    [
      'control thread’s loop p99',
      ms(served.loopMs.p99),
      `≤ ${BARS.loopMs} ms`,
      served.loopMs.p99 <= BARS.loopMs,
    ],
    [
      `resident memory after ${SETTLED_SECONDS} s grown by`,
      `${grown.toFixed(1)} MB`,
      `< ${BARS.grownMb} MB`,
      grown < BARS.grownMb,
    ],
    ['venues: processor', cores(generated.cpuMicrosPerSecond), '', null],
    [
      'venues: between batches p50, p99',
      `${ms(generated.batchMs.p50)}, ${ms(generated.batchMs.p99)}`,
      '',
      null,
    ],
    ['feeds: processor', cores(served.cpu.process - served.cpu.control - served.cpu.reader), '', null],
    ['feeds: a message', `${costOf(trial).toFixed(2)} µs`, '', null],
    [
      'control, relay’s reading: processor',
      `${cores(served.cpu.control)}, ${cores(served.cpu.reader)}`,
      '',
      null,
    ],
    ['server’s threads waited for a core', `${(served.waited / 1e6).toFixed(2)} s a second`, '', null],
    [
      `all of it fills ${CORES} cores at`,
      `${Math.round(fullAt(trial, CORES))}/s by processor time`,
      '',
      null,
    ],
    ...held.map(({ threads, rate, trial: at }): [string, string, string, null] => [
      `largest rate held, ${threads === 1 ? '1 thread' : `${threads} threads`}`,
      at ? `${rate}/s, ${costOf(at).toFixed(2)} µs a message` : 'none',
      '',
      null,
    ]),
  ];
  printTable(
    ['what', 'measured', 'bar', ''],
    rows.map(([what, seen, bar, isKept]) => [
      what,
      seen,
      bar,
      isKept === null ? '' : isKept ? 'held' : 'MISSED',
    ]),
  );
  for (const line of [...accounts.troubled, ...accounts.refused]) process.stdout.write(`${line}\n`);
  const shards = shardsFor(costOf(trial));
  process.stdout.write(
    `${GROWN_TO.toLocaleString('en')}/s at ${costOf(trial).toFixed(2)} µs a message are ${shards.cores.toFixed(1)} cores: ` +
      `${shards.threads} feed threads that are ${FILLED * 100} % busy, one venue or a share of its instruments each; ` +
      `a table has one writer, so they share nothing.\n`,
  );
  finish(
    'flood',
    rows.every(([, , , isKept]) => isKept !== false),
    {
      cores: availableParallelism(),
      seconds,
      messagesPerSecond: perSecond,
      accounts,
      readMs: served.read,
      loopMs: served.loopMs,
      grownMb: grown,
      residentMb: served.memory.map((bytes) => Math.round(bytes / MB)),
      generator: generated,
      cpuMicrosPerSecond: served.cpu,
      waitedMicrosPerSecond: served.waited,
      microsPerMessage: costOf(trial),
      fullAt: fullAt(trial, CORES),
      largest: held.map(({ threads, rate, trial: at }) => ({
        threads,
        rate,
        microsPerMessage: at ? costOf(at) : null,
      })),
      millionPerSecond: shards,
      bars: BARS,
    },
  );
}

/** Cores, and threads on cores of their own, that a million messages a second take at this cost, µs. */
function shardsFor(micros: number): { readonly cores: number; readonly threads: number } {
  const needed = (GROWN_TO * micros) / 1e6;
  return { cores: needed, threads: Math.ceil(needed / FILLED) };
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;
const age = ({ p99, count }: { p99: number; count: number }): string => `${ms(p99)}, n = ${count}`;
const cores = (microsPerSecond: number): string => `${(microsPerSecond / 1e6).toFixed(2)} of a core`;

const role = isMainThread ? process.argv[2] : (workerData as { role: string }).role;
if (role === 'venues') generatorProcess();
else if (role === 'reader') relayReaderThread();
else {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '60' }, 'no-search': { type: 'boolean', default: false } },
  });
  await run(Number(values.seconds), !values['no-search']);
}
