/**
 * `npm run bench -- halt`: 500 open orders at the simulated exchange behind a 50 ms round trip; the
 * whole server over HTTP with a real TOTP code. Command's arrival to gate closed, factor to confirmed
 * zero; medians of 5, and the worst of them.
 */
import { HaltBench, ORDERS, type HaltRun } from './halt/run.ts';
import { finish, median, printTable } from './lib/report.ts';

const RUNS = 5;
const GATE_MS = 5;
const ZERO_MS = 1000;

const bench = new HaltBench();
const runs: HaltRun[] = [];
try {
  await bench.start();
  for (let n = 0; n < RUNS; n++) {
    // A code works once: the runs wait for the authenticator, a step of 30 s each.
    process.stderr.write(`halt: run ${n + 1} of ${RUNS}\n`);
    runs.push(await bench.run());
  }
} finally {
  await bench.stop();
}

const of = (pick: (run: HaltRun) => number): number[] => runs.map(pick);
const figure = (name: string, pick: (run: HaltRun) => number): [string, number, number, number] => {
  const values = of(pick);
  return [name, median(values), Math.min(...values), Math.max(...values)];
};
printTable(
  ['ms', 'median', 'least', 'most'],
  [
    figure('command arrived → gate closed', (run) => run.arrivalToClosedMs),
    figure('press sent → answered (HTTP, through the relay)', (run) => run.pressRoundTripMs),
    figure('factor → first cancels out', (run) => run.factorToSentMs),
    figure('factor → cancels taken', (run) => run.factorToAcknowledgedMs),
    figure('factor → confirmed zero', (run) => run.factorToZeroMs),
    figure('factor → "zero" answered (HTTP, through the relay)', (run) => run.factorToAnswerMs),
  ],
);
const gateClosedMs = median(of((run) => run.arrivalToClosedMs));
const confirmedZeroMs = median(of((run) => run.factorToZeroMs));
const emptied = runs.every((run) => run.ordersBefore >= ORDERS && run.ordersAfter === 0);
finish('halt', emptied && gateClosedMs <= GATE_MS && confirmedZeroMs <= ZERO_MS, {
  runs: runs.length,
  orders: Math.min(...of((run) => run.ordersBefore)),
  left: Math.max(...of((run) => run.ordersAfter)),
  gateClosedMs,
  gateClosedWorstMs: Math.max(...of((run) => run.arrivalToClosedMs)),
  pressRoundTripMs: median(of((run) => run.pressRoundTripMs)),
  confirmedZeroMs,
  confirmedZeroWorstMs: Math.max(...of((run) => run.factorToZeroMs)),
});
