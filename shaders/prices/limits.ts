/** What an import takes at most: memory is bounded before a file is trusted. */

/** Of the file as it lies there, and of what it unpacks to. */
export const MAX_BYTES = 1024 ** 3;
/** The kernels' own bound (kernels.md): a correlation matrix of 64 MiB. */
export const MAX_INSTRUMENTS = 4096;
/** Instruments × rows: 256 MiB of prices. */
export const MAX_CELLS = 2 ** 25;
export const MAX_NAME_LENGTH = 64;
/** A cell of each instrument, quoted and padded; the names are the longest line there is. */
export const MAX_LINE_BYTES = (MAX_INSTRUMENTS + 1) * (MAX_NAME_LENGTH * 4 + 4);
/**
 * Real prices pack to a third; a column of one price to a hundredth. What unpacks to more is made to
 * fill memory, once there is enough of it to tell.
 */
export const MAX_RATIO = 200;
export const RATIO_TOLD_FROM = 16 * 1024 ** 2;
