import { TradeRun } from '../table.ts';

/** Trades with these ids, each at its id as price. */
export function runOf(...ids: readonly number[]): TradeRun {
  const run = new TradeRun();
  for (const id of ids) run.add(id, 1, id, 0, 0);
  return run;
}
