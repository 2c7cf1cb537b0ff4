import type { Reply, RuleOf } from '../../protocol/commands.ts';
import type { Scope } from '../../protocol/people.ts';
import type { Refusal, Result } from '../../protocol/result.ts';
import type { StrategyId } from '../../protocol/units.ts';
import type { AuditEntry } from '../audit/record.ts';

/** A strategy as its key shows it, at the time of asking. */
export interface KeyHolder {
  readonly account: StrategyId;
  readonly scopes: readonly Scope[];
}

export interface StrategyKeyParts {
  readonly keys: {
    /** Codes: `key-unknown`, `key-expired`. */
    ofKey(key: string): Result<KeyHolder>;
  };
  /** Refusals go here; a flood of them is written as one. */
  readonly log: { appendNow(entry: AuditEntry): unknown };
}

const STRANGER: Refusal = { code: 'key-unknown', sentence: 'This key is not one of a strategy.' };
const WORDS: Readonly<Record<Scope, string>> = {
  'market.read': 'read the market',
  'order.place': 'place orders',
  'order.cancel': 'cancel orders',
};

export type Checked =
  { readonly ok: true; readonly strategy: StrategyId } | { readonly ok: false; readonly reply: KeyRefusal };
export type KeyRefusal = Extract<Reply, { ok: false }>;

/**
 * Whether a key may do what it is used for, now: unknown, expired and revoked keys and those without
 * the scope are refused by name, and every refusal is a record.
 */
export class StrategyKeys {
  readonly #parts: StrategyKeyParts;

  constructor(parts: StrategyKeyParts) {
    this.#parts = parts;
  }

  /** `scope` null: any key of ours, for what is the strategy's own. */
  check(key: string | null, scope: Scope | null, address: string): Checked {
    const { keys } = this.#parts;
    const holder = key === null ? null : keys.ofKey(key);
    const wanted = scope ?? 'a key of a strategy';
    if (!holder?.ok)
      return this.#refuse(holder?.error ?? STRANGER, wanted, 'unknown', 'no valid key', address);
    const { account, scopes } = holder.value;
    if (scope === null || scopes.includes(scope)) return { ok: true, strategy: account };
    const sentence = `The key of ${account} may not ${WORDS[scope]}: it lacks the scope ${scope}.`;
    const observed = scopes.join(', ');
    return this.#refuse({ code: 'not-allowed', sentence }, wanted, `strategy:${account}`, observed, address);
  }

  /** Who a key is, whatever it may do. */
  holder(key: string): Result<KeyHolder> {
    return this.#parts.keys.ofKey(key);
  }

  #refuse(why: Refusal, limit: string, actor: string, observed: string, address: string): Checked {
    const rule: RuleOf = { rule: 'unauthorised', requirement: 'R-11', limit, observed };
    const by = { session: null, role: null, address };
    const details = { code: why.code, rule };
    this.#parts.log.appendNow({ actor, by, action: 'strategy.refused', scope: 'firm', details });
    return { ok: false, reply: { ok: false, code: why.code, sentence: why.sentence, rule } };
  }
}
