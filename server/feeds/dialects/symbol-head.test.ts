import { expect, it } from 'vitest';
import type { Instrument } from '../../../protocol/instrument.ts';
import { Scanner } from '../scanner.ts';
import { SymbolHead } from './symbol-head.ts';
import { SymbolTable } from './symbol-table.ts';

const instruments = ['BTC-USD', 'BTC-USDC', 'ETH-USD', 'B'].map((symbol) => ({ symbol }) as Instrument);

function headOf(): (text: string) => { index: number | null; rest: string } {
  const head = new SymbolHead(instruments, new SymbolTable(instruments), '{"book":"', '","bids":[');
  const scan = new Scanner();
  return (text) => {
    scan.begin(Buffer.from(text));
    const listed = head.scan(scan);
    return { index: listed?.index ?? null, rest: text.slice(scan.at) };
  };
}

it('finds the instrument of every head, whichever was met before, and stands behind it', () => {
  const read = headOf();
  // Every one behind every other, itself among them.
  const pairs = instruments.flatMap((_, one) => instruments.map((__, other) => [one, other] as const));
  for (const index of pairs.flat()) {
    const text = `{"book":"${instruments[index]?.symbol ?? ''}","bids":[["1","2"]]}`;
    expect(read(text)).toEqual({ index, rest: '["1","2"]]}' });
  }
});

it.each([
  ['another text before it', '{"bock":"BTC-USD","bids":['],
  ['another text behind it', '{"book":"BTC-USD","asks":['],
  ['a symbol that is not listed', '{"book":"XRP-USD","bids":['],
  ['a symbol that goes on', '{"book":"BTC-USDT","bids":['],
  ['a frame that ends in it', '{"book":"BTC-USD","bids":'],
  ['nothing', ''],
])('%s: none, the place is kept, and the next head is met as ever', (_, text) => {
  const read = headOf();
  for (let time = 0; time < 2; time++) {
    expect(read(text)).toEqual({ index: null, rest: text });
    expect(read('{"book":"BTC-USD","bids":[]')).toEqual({ index: 0, rest: ']' });
  }
});
