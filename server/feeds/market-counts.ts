/** Counts of one instrument, for health and for tests that prove the chain. */
export interface MarketCounts {
  trades: number;
  tickers: number;
  marks: number;
  /** Snapshots that came in the stream. */
  snapshots: number;
  /** Depth messages that followed the one before by the venue's rule. */
  chained: number;
  /** Books compared with the venue's checksum, and how often they differed. */
  checked: number;
  failed: number;
  /** Best bid and offer compared with the book at the same update id, and how often they differed. */
  compared: number;
  differed: number;
}

export function noCounts(): MarketCounts {
  return {
    trades: 0,
    tickers: 0,
    marks: 0,
    snapshots: 0,
    chained: 0,
    checked: 0,
    failed: 0,
    compared: 0,
    differed: 0,
  };
}
