import { z } from 'zod';

/** Where data or an order's fill comes from. Worn by every message and every panel. */
export const ORIGINS = ['LIVE', 'PAPER', 'REPLAY', 'SIM'] as const;
export type Origin = (typeof ORIGINS)[number];
export const originSchema = z.enum(ORIGINS);

/** Data and orders may differ: the paper profile shows LIVE data and PAPER orders. */
export const originsSchema = z.object({ data: originSchema, orders: originSchema });
export type Origins = z.infer<typeof originsSchema>;
