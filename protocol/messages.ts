import { z } from 'zod';
import { alarmSchema } from './alarms.ts';
import { feedViewSchema, healthRowSchema, quarantinedSchema } from './health.ts';
import { haltViewSchema } from './halt.ts';
import { instrumentSchema } from './instrument.ts';
import { limitViewSchema } from './limits.ts';
import { fillSchema, orderViewSchema, positionSchema } from './orders.ts';
import { noteSchema } from './notes.ts';
import { originsSchema } from './origin.ts';
import { quarantineSchema } from './quarantine.ts';
import { replayViewSchema } from './replay.ts';
import { sessionViewSchema } from './session.ts';
import { TICK_INSTRUMENTS_MAX, TICK_SECONDS_MAX } from './ticks.ts';
import { unitSchema } from './units.ts';

/** Everything the control thread lets consoles see, whole. A reconnect starts from one of these. */
export const controlStateSchema = z.object({
  profile: z.string(),
  origins: originsSchema,
  serverVersion: z.string(),
  instruments: z.array(instrumentSchema),
  orders: z.array(orderViewSchema),
  positions: z.array(positionSchema),
  /** The last 500. */
  fills: z.array(fillSchema),
  limits: z.array(limitViewSchema),
  halt: haltViewSchema,
  alarms: z.array(alarmSchema),
  health: z.array(healthRowSchema),
  feeds: z.array(feedViewSchema),
  /** Venues, as instruments name them, at which there is an account; elsewhere one only watches. */
  accounts: z.array(unitSchema.venue),
  /** Instruments that a person quarantined. */
  quarantines: z.array(quarantineSchema),
  /** Null: nothing is replayed. */
  replay: replayViewSchema.nullable(),
});
export type ControlState = z.infer<typeof controlStateSchema>;

/** One change of the control state. Never conflated, never dropped: a gap in `seq` ends the connection. */
export const controlChangeSchema = z.discriminatedUnion('type', [
  /** A venue's list has come: it follows those that are there. An index never changes its meaning. */
  z.object({ type: z.literal('instruments'), instruments: z.array(instrumentSchema) }),
  z.object({
    type: z.literal('orders'),
    upserts: z.array(orderViewSchema),
    removed: z.array(unitSchema.order),
  }),
  z.object({ type: z.literal('positions'), positions: z.array(positionSchema) }),
  z.object({ type: z.literal('fills'), fills: z.array(fillSchema) }),
  z.object({ type: z.literal('limits'), limits: z.array(limitViewSchema) }),
  z.object({ type: z.literal('halt'), halt: haltViewSchema }),
  z.object({ type: z.literal('alarms'), upserts: z.array(alarmSchema), removed: z.array(unitSchema.alarm) }),
  z.object({ type: z.literal('health'), rows: z.array(healthRowSchema) }),
  z.object({ type: z.literal('feeds'), feeds: z.array(feedViewSchema) }),
  z.object({ type: z.literal('quarantines'), quarantines: z.array(quarantineSchema) }),
  z.object({ type: z.literal('replay'), replay: replayViewSchema }),
  z.object({ type: z.literal('quarantined'), message: quarantinedSchema }),
  /** A new note in the operator's log; the others come from `GET /api/notes`. */
  z.object({ type: z.literal('note'), note: noteSchema }),
]);
export type ControlChange = z.infer<typeof controlChangeSchema>;

/**
 * The one union of JSON messages from server to console (socket.io event `message`). Binary
 * frames (event `frame`) are described in `frame.ts`.
 */
export const serverMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    /** Changes with every start of the server: what an older epoch said is forgotten. */
    epoch: z.string(),
    seq: unitSchema.count,
    session: sessionViewSchema,
    state: controlStateSchema,
  }),
  z.object({
    type: z.literal('change'),
    epoch: z.string(),
    seq: unitSchema.count,
    change: controlChangeSchema,
  }),
  /** The session ended or was revoked; the socket closes after it. */
  z.object({ type: z.literal('signed-out'), sentence: z.string() }),
  /** 10 s without credit: market data stopped for this console, the session goes on. */
  z.object({ type: z.literal('market-paused'), sentence: z.string() }),
  /** The server stepped this console's frame rate down (or up again), in Hz. */
  z.object({ type: z.literal('rate'), hz: z.number() }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;

/** What a console wants, whole: each subscription replaces the one before. */
export const subscriptionSchema = z.strictObject({
  quotes: z.union([z.literal('all'), z.array(unitSchema.instrument).max(4096)]),
  trades: z.array(unitSchema.instrument).max(16),
  books: z.array(unitSchema.instrument).max(16),
  bars: z.boolean(),
  /** Frames a second; 0 keeps control messages and the heartbeat only (a hidden tab). */
  hz: z.union([z.literal(0), z.literal(1), z.literal(4), z.literal(20), z.literal(60)]),
});
export type Subscription = z.infer<typeof subscriptionSchema>;

export const KLINE_INTERVALS = ['1s', '1m', '5m'] as const;
export const candlesQuerySchema = z.strictObject({
  instrument: unitSchema.instrument,
  interval: z.enum(KLINE_INTERVALS),
  limit: z.number().int().min(1).max(1000),
});
export type CandlesQuery = z.infer<typeof candlesQuerySchema>;

/** [open time µs, open, high, low, close (ticks), volume (lots)], oldest first. */
export const candleSchema = z.tuple([
  unitSchema.micros,
  unitSchema.ticks,
  unitSchema.ticks,
  unitSchema.ticks,
  unitSchema.ticks,
  unitSchema.lots,
]);
export type Candle = z.infer<typeof candleSchema>;

export const candlesReplySchema = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    candles: z.array(candleSchema),
    /**
     * Open time of the first bar and of the bar behind the last, µs, of what nobody watched whole: a
     * candle in there has a part of its trades, and where there is none nothing is known.
     */
    gaps: z.array(z.tuple([unitSchema.micros, unitSchema.micros])),
    /** Why gaps could not be filled, in a sentence; null when the venue was asked without a fault. */
    fault: z.string().nullable(),
  }),
  z.object({ ok: z.literal(false), code: z.string(), sentence: z.string() }),
]);
export type CandlesReply = z.infer<typeof candlesReplySchema>;

/** Bars of a minute or five in one history. */
export const LONGER_BARS_MAX = 1025;

/** The last `bars` closed bars of every instrument; a number alone asks for bars of a second. */
export const historyQuerySchema = z.union([
  z.number().int().min(1).max(3600),
  z.strictObject({ horizon: z.enum(['1m', '5m']), bars: z.number().int().min(1).max(LONGER_BARS_MAX) }),
]);
export type HistoryQuery = z.infer<typeof historyQuerySchema>;

/** Every trade of these in the last `seconds`, as far as it is known without a break. */
export const ticksQuerySchema = z.strictObject({
  instruments: z.array(unitSchema.instrument).min(1).max(TICK_INSTRUMENTS_MAX),
  seconds: z.number().int().min(1).max(TICK_SECONDS_MAX),
});
export type TicksQuery = z.infer<typeof ticksQuerySchema>;

/** The socket.io handshake's `auth`. */
export const handshakeSchema = z.object({ protocol: z.number().int(), client: z.string().max(40) });

/** socket.io events, so that both ends name them once. */
export interface ConsoleToServer {
  subscribe: (subscription: Subscription, ack: (reply: { ok: boolean; sentence: string }) => void) => void;
  /** Cumulative number of market frames applied on this connection: the credit. */
  applied: (frames: number) => void;
  command: (envelope: unknown, ack: (reply: unknown) => void) => void;
  candles: (query: CandlesQuery, ack: (reply: CandlesReply) => void) => void;
  /** Asks for a `history` frame. */
  history: (query: HistoryQuery, ack: (reply: { ok: boolean; sentence: string }) => void) => void;
  /** Asks for a `ticks` frame, which comes before the answer. */
  ticks: (query: TicksQuery, ack: (reply: { ok: boolean; sentence: string }) => void) => void;
  /** The server's wall clock in µs, for offset and round trip. */
  time: (ack: (now: number) => void) => void;
}
export interface ServerToConsole {
  message: (message: ServerMessage) => void;
  frame: (bytes: Uint8Array) => void;
}
