/** Every real capture as frames of its dialect, in the order of the recording, with what they are of. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instrument } from '../../../protocol/instrument.ts';
import type { VenueId } from '../../../protocol/units.ts';
import type { Dialect } from '../dialect.ts';
import { dialects } from '../dialects/index.ts';
import { bybitLinear } from '../dialects/bybit.ts';
import { coinbase } from '../dialects/coinbase.ts';
import { krakenFutures } from '../dialects/kraken-futures.ts';
import { krakenSpot } from '../dialects/kraken-spot.ts';
import { okx } from '../dialects/okx.ts';
import { readCapture } from '../replay/capture.ts';
import { surveyCapture } from '../replay/survey.ts';
import { capturesFolder } from './captures.ts';
import { assetPair, readKrakenCapture } from './kraken-v1.ts';
import { readRecorded } from './recorded.ts';

export interface Captured {
  readonly dialect: Dialect;
  readonly instruments: readonly Instrument[];
  readonly frames: readonly string[];
}

/** @throws Error when a capture cannot be read. */
export const CAPTURED: Readonly<Record<string, () => Promise<Captured> | Captured>> = {
  'ws-binance/spot_btcusdt_20240808.gz': () => binance('ws-binance', 'spot_btcusdt_20240808.gz'),
  'ws-binance/usdm_btcusdt_20240808.gz': () => binance('ws-binance', 'usdm_btcusdt_20240808.gz'),
  'ws-binance/cm_btcusd_perp_20240808.gz': () => binance('ws-binance', 'cm_btcusd_perp_20240808.gz'),
  'ws-cryptofeed/BINANCE.jsonl.gz': () => binance('ws-cryptofeed', 'BINANCE.jsonl.gz'),
  'ws-cryptofeed/BINANCE_FUTURES.jsonl.gz': () => binance('ws-cryptofeed', 'BINANCE_FUTURES.jsonl.gz'),
  'ws-cryptofeed/BINANCE_DELIVERY.jsonl.gz': () => binance('ws-cryptofeed', 'BINANCE_DELIVERY.jsonl.gz'),
  'ws-cryptofeed/OKX.jsonl.gz': okxOf2022,
  'ws-snippets/okx_btcusdt_books_updates_20260824.jsonl': () => ({
    dialect: okx,
    instruments: okxOf2022().instruments,
    frames: snippet('okx_btcusdt_books_updates_20260824.jsonl'),
  }),
  'ws-cryptofeed/KRAKEN.jsonl.gz': () => {
    const { frames, symbols, assetPairs } = readKrakenCapture();
    const instruments = listed(krakenSpot, JSON.parse(assetPairs), symbols);
    return { dialect: krakenSpot, instruments, frames: frames.map(({ text }) => text) };
  },
  'ws-snippets/kraken_btcusd_d10_v2_20260824.jsonl': () => {
    const pairs = { error: [], result: { 'BTC/USD': assetPair('BTC/USD', 1) } };
    const frames = snippet('kraken_btcusd_d10_v2_20260824.jsonl');
    return { dialect: krakenSpot, instruments: listed(krakenSpot, pairs, ['BTC/USD']), frames };
  },
  'ws-cryptofeed/KRAKEN_FUTURES.jsonl.gz': () => {
    const { bodies, frames } = readRecorded('ws-cryptofeed', 'KRAKEN_FUTURES.jsonl.gz');
    const list: unknown = JSON.parse(todaysContracts([...bodies.values()][0] ?? '{"instruments":[]}'));
    const symbols = new Set(frames.flatMap((text) => /"product_id":"(\w+)"/.exec(text)?.[1] ?? []));
    return { dialect: krakenFutures, instruments: listed(krakenFutures, list, [...symbols]), frames };
  },
  'ws-cryptofeed-v3/BYBIT_V5_LINEAR.jsonl.gz': () => {
    const { bodies, frames } = readRecorded('ws-cryptofeed-v3', 'BYBIT_V5_LINEAR.jsonl.gz');
    const [list] = [...bodies].filter(([url]) => url.includes('category=linear')).map(([, body]) => body);
    const symbols = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'DOGEUSDT'];
    const instruments = listed(bybitLinear, [JSON.parse(list ?? '{}')], symbols);
    return { dialect: bybitLinear, instruments, frames };
  },
  'ws-cryptofeed-v3/COINBASE_ADV_first600.jsonl.gz': () => {
    const { bodies, frames } = readRecorded('ws-cryptofeed-v3', 'COINBASE_ADV_first600.jsonl.gz');
    const products: unknown = JSON.parse([...bodies.values()].at(-1) ?? '{}');
    return { dialect: coinbase, instruments: listed(coinbase, products, ['BTC-USD', 'ETH-USD']), frames };
  },
};

/** Kraken Futures' list of contracts as it is today: one of 2021 with the fields that are new since. */
export function todaysContracts(text: string): string {
  const list = JSON.parse(text) as { instruments: { symbol: string }[] };
  const instruments = list.instruments.map((entry) => {
    const [, base = '', quote = ''] = /_(.+)(usd)/.exec(entry.symbol) ?? [];
    const added = { base: base.toUpperCase(), quote: quote.toUpperCase(), contractValueTradePrecision: 0 };
    return { ...entry, ...added };
  });
  return JSON.stringify({ ...list, instruments });
}

function listed(
  dialect: Dialect,
  answer: unknown,
  symbols: readonly string[] | 'all',
): readonly Instrument[] {
  const listing = dialect.rest.readInstruments(answer, symbols, 'test' as VenueId);
  if (!listing.ok) throw new Error(listing.error.sentence);
  return listing.value.instruments;
}

async function binance(folder: string, file: string): Promise<Captured> {
  const path = join(capturesFolder, folder, file);
  const survey = await surveyCapture(path);
  if (!survey.ok) throw new Error(survey.error.sentence);
  const dialect = dialects.find(({ id }) => id === survey.value.dialect);
  if (!dialect) throw new Error(`${file} is of no dialect`);
  const frames: string[] = [];
  for await (const record of readCapture(path)) if (record.kind === 'frame') frames.push(record.text);
  return { dialect, instruments: listed(dialect, JSON.parse(survey.value.listing), 'all'), frames };
}

function okxOf2022(): Captured {
  const { bodies, frames } = readRecorded('ws-cryptofeed', 'OKX.jsonl.gz');
  const list = (kind: string): unknown => {
    const [body] = [...bodies].filter(([url]) => url.endsWith(kind)).map(([, text]) => text);
    return JSON.parse(body ?? '{}');
  };
  const symbols = ['BTC-USDT', 'UNI-USD-SWAP', 'BTC-USD-220527'];
  const instruments = listed(okx, ['SPOT', 'SWAP', 'FUTURES'].map(list), symbols);
  return { dialect: okx, instruments, frames };
}

const snippet = (file: string): string[] =>
  readFileSync(join(capturesFolder, 'ws-snippets', file), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'));
