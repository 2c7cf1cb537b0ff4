import { z } from 'zod';

const subscribeSchema = z.object({
  method: z.literal('SUBSCRIBE'),
  params: z.array(z.string()),
  id: z.number(),
});
export const depthSchema = z.object({
  u: z.number(),
  b: z.array(z.tuple([z.string(), z.string()])),
  a: z.array(z.tuple([z.string(), z.string()])),
});
export const tradeSchema = z.object({
  T: z.number(),
  p: z.string(),
  q: z.string(),
  /** In no candle are what futures markets move at prices of their own. */
  X: z.literal('MARKET').optional(),
});

/** What is asked for behind the address of any of Binance's markets: `/depth`; undefined for all else. */
export function restPathOf(path: string): string | undefined {
  return /^\/(?:api\/v3|fapi\/v1|dapi\/v1)(\/\w+)$/.exec(path)?.[1];
}

/** The recorder may have asked for a stream at another speed than we do: the frames are the same. */
export function anySpeed(stream: string): string {
  return stream.replace(/@\d+m?s$/, '');
}

export function readSubscribe(bytes: Buffer): z.infer<typeof subscribeSchema> | null {
  try {
    return subscribeSchema.parse(JSON.parse(bytes.toString('utf8')));
  } catch {
    return null;
  }
}
