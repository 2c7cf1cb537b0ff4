import type { CheckedOrder } from './order.ts';
import type { Breach, GateContext, Rule } from './rule.ts';
import { auditWritable } from './rules/audit-writable.ts';
import { cluster } from './rules/cluster.ts';
import { gateOpen } from './rules/gate-open.ts';
import { orderSize } from './rules/order-size.ts';
import { position } from './rules/position.ts';
import { rate } from './rules/rate.ts';
import { reduceOnly } from './rules/reduce-only.ts';
import { referencePrice } from './rules/reference-price.ts';
import { replay } from './rules/replay.ts';
import { restricted } from './rules/restricted.ts';
import { valueAtRisk } from './rules/value-at-risk.ts';

/** Every rule, in the order in which they are asked: the first refusal answers. */
export const RULES: readonly Rule[] = [
  gateOpen,
  replay,
  auditWritable,
  restricted,
  referencePrice,
  orderSize,
  reduceOnly,
  position,
  cluster,
  valueAtRisk,
  rate,
];

/** Whether an order may leave: `null`, or the first rule that it breaks. Pure and synchronous. */
export function check(order: CheckedOrder, context: GateContext): Breach | null {
  for (const rule of RULES) {
    const broken = rule.check(order, context);
    if (broken) return broken;
  }
  return null;
}
