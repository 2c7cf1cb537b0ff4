import { describe, expect, it } from 'vitest';
import type { Contract } from '../../../protocol/contract.ts';
import type { VenueId } from '../../../protocol/units.ts';
import type { DialectRest } from '../dialect.ts';
import { haveCaptures } from '../testing/captures.ts';
import { readRecorded } from '../testing/recorded.ts';
import { binanceCoinM, binanceUsdM } from './binance-futures.ts';
import { bybitRest } from './bybit-rest.ts';
import { contractOf } from './contracts.ts';
import { okxRest } from './okx-rest.ts';

describe('what a venue says of a contract', () => {
  it('is the exact product of its decimals', () => {
    expect(contractOf({ kind: 'linear', factors: ['0.01', '10'], settle: 'USDT' })).toEqual({
      ...{ kind: 'linear', value: 10, scale: 2, settle: 'USDT' },
    });
    expect(contractOf({ kind: 'inverse', factors: ['100'], settle: 'BTC' })).toEqual({
      ...{ kind: 'inverse', value: 100, scale: 0, settle: 'BTC' },
    });
  });

  it.each([
    { kind: null, factors: ['1'], settle: 'USDT' },
    { kind: 'linear' as const, factors: [null], settle: 'USDT' },
    { kind: 'linear' as const, factors: ['1', ''], settle: 'USDT' },
    { kind: 'linear' as const, factors: ['0'], settle: 'USDT' },
    { kind: 'linear' as const, factors: ['1e-3'], settle: 'USDT' },
    { kind: 'inverse' as const, factors: ['100'], settle: null },
    { kind: 'inverse' as const, factors: ['999999999999', '999999999999'], settle: 'BTC' },
  ])('is unknown where it says too little or too much: %j', (listed) => {
    expect(contractOf(listed)).toEqual({ kind: 'unknown' });
  });
});

const linear = (settle: string, value = 1, scale = 0): Contract => ({ kind: 'linear', value, scale, settle });
const inverse = (settle: string, value = 1, scale = 0): Contract => ({
  kind: 'inverse',
  value,
  scale,
  settle,
});

describe.skipIf(!haveCaptures())('what real listings say of contracts', () => {
  it.each<[string, string, DialectRest, RegExp[], [string, Contract | undefined][]]>([
    [
      ...(['ws-cryptofeed', 'OKX.jsonl.gz', okxRest] as const),
      [/instType=SPOT/, /instType=SWAP/, /instType=FUTURES/],
      [
        ['BTC-USDT', undefined],
        ['BTC-USDT-SWAP', linear('USDT', 1, 2)],
        ['BTC-USD-SWAP', inverse('BTC', 100)],
        ['ETH-USD-SWAP', inverse('ETH', 10)],
      ],
    ],
    [
      ...(['ws-cryptofeed', 'BINANCE_DELIVERY.jsonl.gz', binanceCoinM.rest] as const),
      [/exchangeInfo/],
      [
        ['BTCUSD_PERP', inverse('BTC', 100)],
        ['ETHUSD_PERP', inverse('ETH', 10)],
      ],
    ],
    [
      ...(['ws-cryptofeed', 'BINANCE_FUTURES.jsonl.gz', binanceUsdM.rest] as const),
      [/exchangeInfo/],
      [['BTCUSDT', linear('USDT')]],
    ],
    [
      ...(['ws-cryptofeed-v3', 'BYBIT_V5_LINEAR.jsonl.gz', bybitRest('linear')] as const),
      [/category=linear/],
      [
        ['BTCUSDT', linear('USDT')],
        ['BTCPERP', linear('USDC')],
      ],
    ],
  ])('%s %s', (folder, file, rest, asked, expected) => {
    const { bodies } = readRecorded(folder, file);
    const answers = asked.map((path): unknown => {
      const url = [...bodies.keys()].find((each) => path.test(each)) ?? '';
      return JSON.parse(bodies.get(url) ?? 'null');
    });
    const read = (symbol: string): Contract | undefined => {
      const answer = rest.moreInstruments ? answers : answers[0];
      const listing = rest.readInstruments(answer, [symbol], 'test' as VenueId);
      if (!listing.ok) throw new Error(listing.error.sentence);
      return listing.value.instruments[0]?.contract;
    };
    expect(expected.map(([symbol]) => [symbol, read(symbol)])).toEqual(expected);
  });
});
