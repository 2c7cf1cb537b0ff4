import { isUtf8 } from 'node:buffer';
import { z } from 'zod';

/**
 * The records of a recording, one a line of JSON. They are a superset of what foreign captures
 * hold (`t`: header, http, connect, send, recv, close), so that one reader can read both.
 * docs/captures.md describes them for people.
 */
export const FORMAT = 1;

const header = z.object({
  t: z.literal('header'),
  format: z.literal(FORMAT),
  /** Id and name of the venue as the recorder called it. */
  venue: z.string().regex(/^[a-z0-9-]{1,32}$/),
  name: z.string().min(1).max(64),
  dialect: z.string().min(1).max(64),
  symbols: z.union([z.literal('all'), z.array(z.string()).min(1)]),
  /** The base addresses that every `url` and `addr` begins with. */
  rest: z.string(),
  ws: z.string(),
  recorder: z.string(),
  /** The venue's clock less the recorder's when it began, ms; null = the venue tells no time. */
  clock: z.object({ offsetMs: z.number(), uncertaintyMs: z.number() }).nullable(),
});
export type RecordingHeader = z.infer<typeof header>;

const ts = z.number().positive();
const conn = z.int().positive();
export const recordSchema = z.discriminatedUnion('t', [
  header,
  z.object({ t: z.literal('http'), ts, url: z.string(), status: z.int(), data: z.string() }),
  z.object({ t: z.literal('connect'), ts, conn, addr: z.string() }),
  z.object({ t: z.literal('send'), ts, conn, data: z.string() }),
  z.object({ t: z.literal('recv'), ts, conn, data: z.string().optional(), b64: z.string().optional() }),
  z.object({ t: z.literal('close'), ts, conn, reason: z.string() }),
]);

/** µs since 1970 as seconds with six decimals: a double holds them exactly enough to come back. */
export function secondsOf(micros: number): string {
  return `${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;
}

export function microsOf(seconds: number): number {
  return Math.round(seconds * 1e6);
}

export const lineOf = {
  header: (value: RecordingHeader): string => JSON.stringify(value),
  http: (at: number, url: string, status: number, body: string): string =>
    `{"t":"http","ts":${secondsOf(at)},"url":${JSON.stringify(url)},"status":${status},"data":${JSON.stringify(body)}}`,
  connect: (at: number, conn: number, url: string): string =>
    `{"t":"connect","ts":${secondsOf(at)},"conn":${conn},"addr":${JSON.stringify(url)}}`,
  send: (at: number, conn: number, text: string): string =>
    `{"t":"send","ts":${secondsOf(at)},"conn":${conn},"data":${JSON.stringify(text)}}`,
  /** Text stays text, verbatim; bytes that are none are kept in base64. */
  recv: (at: number, conn: number, bytes: Uint8Array): string => {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const data = isUtf8(buffer)
      ? `"data":${JSON.stringify(buffer.toString('utf8'))}`
      : `"b64":"${buffer.toString('base64')}"`;
    return `{"t":"recv","ts":${secondsOf(at)},"conn":${conn},${data}}`;
  },
  close: (at: number, conn: number, reason: string): string =>
    `{"t":"close","ts":${secondsOf(at)},"conn":${conn},"reason":${JSON.stringify(reason)}}`,
} as const;
