import { z } from 'zod';

declare const unit: unique symbol;
/** A number or string that carries its meaning in its type and nothing at run time. */
export type Brand<T, Name extends string> = T & { readonly [unit]: Name };

/** Price as a whole number of an instrument's ticks. */
export type Ticks = Brand<number, 'Ticks'>;
/** Size as a whole number of an instrument's lots. */
export type Lots = Brand<number, 'Lots'>;
/** Wall-clock time, UTC, whole microseconds since 1970. */
export type Micros = Brand<number, 'Micros'>;
/** Money of the quote currency in millionths, exact. On the wire: a decimal string. */
export type QuoteMicros = Brand<bigint, 'QuoteMicros'>;
/** Position of an instrument in this server's list: 0 … 65,534. */
export type InstrumentIndex = Brand<number, 'InstrumentIndex'>;

export type VenueId = Brand<string, 'VenueId'>;
/** Our own id of an order, also its client order id at the venue. `[A-Za-z0-9_-]{1,36}` */
export type OrderId = Brand<string, 'OrderId'>;
export type StrategyId = Brand<string, 'StrategyId'>;
export type UserId = Brand<string, 'UserId'>;
export type HaltId = Brand<string, 'HaltId'>;
export type AlarmId = Brand<string, 'AlarmId'>;
export type CommandId = Brand<string, 'CommandId'>;

const wholeNumber = (value: unknown): boolean => Number.isSafeInteger(value);
const count = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const text = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value);

/** Schemas of the units, for the edges where JSON comes in. A float, NaN or > 2^53 never passes. */
export const unitSchema = {
  ticks: z.custom<Ticks>(wholeNumber, 'a whole number of ticks'),
  lots: z.custom<Lots>(wholeNumber, 'a whole number of lots'),
  micros: z.custom<Micros>(wholeNumber, 'whole microseconds since 1970'),
  instrument: z.custom<InstrumentIndex>(
    (value) => count(value) && (value as number) < 65_535,
    'an instrument index',
  ),
  count: z.custom<number>(count, 'a count'),
  quoteMicros: z.string().regex(/^-?\d{1,30}$/, 'whole millionths of the quote currency'),
  venue: z.custom<VenueId>(text(/^[a-z0-9-]{1,32}$/), 'a venue id'),
  order: z.custom<OrderId>(text(/^[A-Za-z0-9_-]{1,36}$/), 'an order id'),
  strategy: z.custom<StrategyId>(text(/^[a-z0-9-]{1,32}$/), 'a strategy id'),
  user: z.custom<UserId>(text(/^[a-z0-9._-]{1,64}$/), 'a user id'),
  halt: z.custom<HaltId>(text(/^[A-Za-z0-9-]{8,64}$/), 'a halt id'),
  alarm: z.custom<AlarmId>(text(/^[A-Za-z0-9:._-]{1,160}$/), 'an alarm id'),
  command: z.custom<CommandId>(text(/^[A-Za-z0-9-]{8,64}$/), 'a command id'),
} as const;
