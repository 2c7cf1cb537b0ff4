/** What counts as dollars where values are summed or held against a limit; anything else has no value there. */
const DOLLARS: ReadonlySet<string> = new Set(['USD', 'USDT', 'USDC', 'FDUSD', 'TUSD']);

export const valuedInDollars = (quote: string): boolean => DOLLARS.has(quote);
