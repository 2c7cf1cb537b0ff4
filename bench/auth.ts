/**
 * `npm run bench -- auth`: a whole server and a hundred people who sign in at once by password and
 * code, while an operator presses the halt again and again. Press to gate and press to durable as the
 * operator's machine sees them, through the relay. Beside it the same server with argon2 on libuv's
 * own pool, unbounded, as the package's asynchronous calls do it.
 */
import { isMainThread } from 'node:worker_threads';
import { PEOPLE, serveCrowd } from './auth/crowd.ts';
import { AuthBench, type Press, type Round } from './auth/run.ts';
import { servePeer } from './auth/peer-server.ts';
import { finish, median, printTable, quantile } from './lib/report.ts';

const ROUNDS = 5;
const QUIET = 60;
const LIMIT_MS = 50;
const PEER = '--peer-server';

interface Measured {
  readonly quiet: readonly Press[];
  readonly rounds: readonly Round[];
}

async function measure(name: string, bench: AuthBench): Promise<Measured> {
  try {
    process.stderr.write(`auth: ${name}: enrolling ${PEOPLE} people\n`);
    await bench.start();
    const quiet = await bench.quiet(QUIET);
    const rounds: Round[] = [];
    for (let n = 0; n < ROUNDS; n++) {
      process.stderr.write(`auth: ${name}: round ${n + 1} of ${ROUNDS}\n`);
      rounds.push(await bench.round(n));
    }
    return { quiet, rounds };
  } finally {
    await bench.stop();
  }
}

function summary({ quiet, rounds }: Measured): Record<string, number> {
  const presses = rounds.flatMap((round) => round.presses);
  const gate = presses.map(({ gateMs }) => gateMs);
  const durable = presses.map(({ durableMs }) => durableMs);
  return {
    presses: presses.length,
    loginsOk: rounds.reduce((sum, { loginsOk }) => sum + loginsOk, 0),
    allInMs: median(rounds.map(({ allInMs }) => allInMs)),
    gateP50Ms: quantile(gate, 0.5),
    gateP99Ms: quantile(gate, 0.99),
    gateMostMs: Math.max(...gate),
    durableP50Ms: quantile(durable, 0.5),
    durableP99Ms: quantile(durable, 0.99),
    durableMostMs: Math.max(...durable),
    quietGateP50Ms: quantile(
      quiet.map(({ gateMs }) => gateMs),
      0.5,
    ),
    quietDurableP50Ms: quantile(
      quiet.map(({ durableMs }) => durableMs),
      0.5,
    ),
  };
}

if (!isMainThread) serveCrowd();
else if (process.argv[2] === PEER) await servePeer(process.argv.slice(3));
else {
  const ours = summary(
    await measure('this server', new AuthBench(import.meta.url, 'dist/node/server/main.js')),
  );
  const peer = summary(
    await measure('the peer', new AuthBench(import.meta.url, 'dist/node/bench/auth.js', [PEER])),
  );
  const row = (name: string, key: string): [string, number, number] => [
    name,
    ours[key] ?? NaN,
    peer[key] ?? NaN,
  ];
  printTable(
    [`ms, ${ROUNDS} × ${PEOPLE} sign-ins at once`, 'this server', 'argon2 on libuv’s pool'],
    [
      row('press → gate closed, p50', 'gateP50Ms'),
      row('press → gate closed, p99', 'gateP99Ms'),
      row('press → gate closed, most', 'gateMostMs'),
      row('press → durable, p50', 'durableP50Ms'),
      row('press → durable, p99', 'durableP99Ms'),
      row('press → durable, most', 'durableMostMs'),
      row('nobody signing in: press → gate closed, p50', 'quietGateP50Ms'),
      row('nobody signing in: press → durable, p50', 'quietDurableP50Ms'),
      row('until all are signed in', 'allInMs'),
      row('signed in', 'loginsOk'),
      row('presses', 'presses'),
    ],
  );
  const isQuick = (ours['gateP99Ms'] ?? NaN) <= LIMIT_MS && (ours['durableP99Ms'] ?? NaN) <= LIMIT_MS;
  finish('auth', isQuick && ours['loginsOk'] === ROUNDS * PEOPLE, { ...ours, peer });
}
