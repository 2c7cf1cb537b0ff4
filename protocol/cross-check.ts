/**
 * Whether consoles compute what the server computes. The server publishes a check with each run of its own
 * kernels; a console computes the same of its own bars, compares, and says what it found.
 *
 *     GET  /api/kernels/check                → CrossCheckReply
 *     POST /api/kernels/check  CheckReport   → { ok: true }
 *
 * Refusals of a report: `bad-report`, `check-unknown` (the check is not one of the last), `too-many-reports`.
 */
import { z } from 'zod';
import { unitSchema } from './units.ts';

/** 1 s returns that a check is of, at most: what a console always has once it is connected for so long. */
export const CHECK_COLUMNS = 512;
/** Pairs of one check at most; where there are more, other ones are drawn each time. */
export const CHECK_PAIRS = 512;
/** Rows that the server computes at most (`[kernels] instruments`). */
const ROWS_MAX = 256;
/**
 * How far two correlations of the same returns may be apart. Each backend is within 1e-6 of float64
 * (docs/kernels.md, K1), so that two of them are within twice that of each other.
 */
export const CHECK_BOUND = 2e-6;

const digest = z.custom<number>(
  (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32,
  'a 32 bit digest',
);
const row = z
  .int()
  .min(0)
  .max(ROWS_MAX - 1);
const rho = z.number().min(-1).max(1).nullable();
const backend = z.enum(['webgpu', 'wasm', 'typescript']);

export const crossCheckSchema = z
  .strictObject({
    /** Close of the newest column, µs. It names the check. */
    asOf: unitSchema.micros,
    /** 1 s returns of each row. */
    columns: z.int().min(1).max(CHECK_COLUMNS),
    backend,
    /** Version and build of the server. */
    code: z.string().max(100),
    /** How many returns of a row are there, and what they are, in short (`shaders/cross-check/inputs.ts`). */
    rows: z
      .array(z.strictObject({ instrument: unitSchema.instrument, samples: unitSchema.count, digest }))
      .max(ROWS_MAX),
    /** [row, row, ρ or null where there is none, samples that both have]. */
    pairs: z.array(z.tuple([row, row, rho, unitSchema.count])).max(CHECK_PAIRS),
    /** Of all pairs that have one, not only of those above; null where none has. */
    meanCorrelation: rho,
  })
  .refine(
    ({ rows, pairs }) => pairs.every(([i, j]) => i < rows.length && j < rows.length),
    'a pair is of rows that are there',
  );
export type CrossCheck = z.infer<typeof crossCheckSchema>;
export type CheckedPair = CrossCheck['pairs'][number];

export const crossCheckReplySchema = z.object({
  ok: z.literal(true),
  /** So often there is another one, s. */
  everySeconds: z.int().min(1).max(3600),
  check: crossCheckSchema.nullable(),
  /** Why there is no check, in a sentence; null where there is one. */
  why: z.string().nullable(),
});
export type CrossCheckReply = z.infer<typeof crossCheckReplySchema>;

/**
 * Two values that should be one, null where there is none. What is wrong may be any number; `published` is what
 * the console read.
 */
const apart = { own: z.number().nullable(), published: z.number().nullable() };
export const findingSchema = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('pair'), row, column: row, ...apart }),
  z.strictObject({ of: z.literal('mean'), ...apart }),
]);
export type Finding = z.infer<typeof findingSchema>;

const compared = z.int().min(1).max(CHECK_PAIRS);

/** What a console found; one that could compare nothing reports nothing. */
export const checkReportSchema = z.strictObject({
  asOf: unitSchema.micros,
  /** What computed it there, and on which adapter as the browser names it. */
  backend,
  adapter: z
    .string()
    .max(120)
    .regex(/^[\x20-\x7e]*$/)
    .nullable(),
  /** Version of the console. */
  version: z.string().max(60),
  verdict: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('agreed'), compared }),
    z.strictObject({
      kind: z.literal('disagreed'),
      compared,
      /** How many pairs are apart by more than the bound. */
      beyond: z.int().min(0).max(CHECK_PAIRS),
      /** The one that is the furthest apart. */
      worst: findingSchema,
    }),
  ]),
});
export type CheckReport = z.infer<typeof checkReportSchema>;

export const checkTakenSchema = z.object({ ok: z.literal(true) });
