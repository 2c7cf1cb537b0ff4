/** What ticks and lots of a symbol come to, as the log itself says it. Pure. */
import { z } from 'zod';
import type { AuditRecord } from '../../protocol/audit.ts';
import { formatPrice, formatSize, instrumentSchema } from '../../protocol/instrument.ts';
import type { Lots, Ticks } from '../../protocol/units.ts';

const unitSchema = instrumentSchema.pick({
  ...{ base: true, quote: true, priceScale: true, tickStep: true, sizeScale: true, lotStep: true },
});
const listSchema = z.object({ symbols: z.array(z.string()), units: z.array(unitSchema) });

/**
 * Takes `server.instruments` in the log's order: a number means what the list before it says. Logs of
 * before do not say; their numbers stay ticks and lots, and are called so.
 */
export class ReportUnits {
  readonly #units = new Map<string, z.infer<typeof unitSchema>>();

  add({ action, details }: AuditRecord): void {
    if (action !== 'server.instruments') return;
    const list = listSchema.safeParse(details).data;
    for (const [i, symbol] of (list?.symbols ?? []).entries()) {
      const units = list?.units[i];
      if (units) this.#units.set(symbol, units);
    }
  }

  /** `61750.00 USDT`. */
  price(ticks: number, symbol: string): string {
    const units = this.#units.get(symbol);
    return units ? `${formatPrice(ticks as Ticks, units)} ${units.quote}` : `${ticks} ticks`;
  }

  /** `0.02500 BTC`. */
  size(lots: number, symbol: string): string {
    const units = this.#units.get(symbol);
    return units ? `${formatSize(lots as Lots, units)} ${units.base}` : `${lots} lots`;
  }
}
