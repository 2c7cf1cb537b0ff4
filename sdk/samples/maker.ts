/**
 * A small market maker: quotes 20 instruments on both sides and follows their mids. It is there so
 * that there is something to watch and to halt; it makes no money and is not meant to.
 *
 *     node dist/node/sdk/samples/maker.js --url http://127.0.0.1:4401 --key-file data/demo/strategy.key
 *
 * The key may come in CWTS_STRATEGY_KEY instead. `--instruments N` (20). Ctrl-C cancels its orders.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { StrategyClient } from '../client.ts';
import { EVERY_MS, Maker, pause } from './making.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:4401' },
    'key-file': { type: 'string' },
    instruments: { type: 'string', default: '20' },
  },
});
const keyFile = values['key-file'];
const key = keyFile === undefined ? process.env['CWTS_STRATEGY_KEY'] : readKey(keyFile);
if (!key) {
  process.stderr.write('Give the strategy key with --key-file or in CWTS_STRATEGY_KEY.\n');
  process.exit(2);
}

const instruments = Number(values.instruments);
if (!Number.isSafeInteger(instruments) || instruments < 1) {
  process.stderr.write(`--instruments takes a whole number from 1, not "${values.instruments}".\n`);
  process.exit(2);
}

function readKey(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    process.stderr.write(`The key file ${path} can not be read.\n`);
    process.exit(2);
  }
}

let stopping = false;
const stop = (): void => {
  stopping = true;
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

const maker = new Maker(new StrategyClient({ url: values.url, key }), (line) => {
  process.stdout.write(`${line}\n`);
});
await maker.start(instruments, () => stopping);
while (!(stopping as boolean)) {
  await maker.turn();
  await pause(EVERY_MS);
}
await maker.stop();
process.exit(0);
