import type { DecodeSink, Dialect } from '../dialect.ts';
import { MarketMessage } from '../market-message.ts';

/** Tells a venue's answers to subscriptions from its market data: as its dialect reads them. */
export function isAnswerOf(dialect: Dialect): (frame: string | Uint8Array) => boolean {
  let answers = 0;
  let data = 0;
  const sink: DecodeSink = {
    message: new MarketMessage(),
    take: () => void (data += 1),
    reply: () => void (answers += 1),
    isFull: false,
    refused: () => undefined,
    broken: () => undefined,
  };
  const decoder = dialect.decoder([]);
  return (frame) => {
    answers = data = 0;
    decoder.decode(typeof frame === 'string' ? Buffer.from(frame) : frame, sink);
    return answers > 0 && data === 0;
  };
}
