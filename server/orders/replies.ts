import type { Reply } from '../../protocol/commands.ts';
import type { Micros, OrderId } from '../../protocol/units.ts';
import type { Breach } from '../gate/rule.ts';

export function succeeded(sentence: string, at: Micros, orderId: OrderId | null): Reply {
  return { ok: true, sentence, at, orderId };
}

export function failed(code: string, sentence: string): Reply {
  return { ok: false, code, sentence, rule: null };
}

export function gateRefusal({ code, sentence, rule }: Breach): Reply {
  return { ok: false, code, sentence, rule };
}
