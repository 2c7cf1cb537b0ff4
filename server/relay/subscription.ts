/** What consoles ask for, checked and shared: equal subscriptions are one object. Pure. */
import type { Subscription } from '../../protocol/messages.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';

/** Without its rate; instruments ascending, each once. */
export interface Channels {
  readonly key: string;
  readonly quotes: 'all' | Uint16Array;
  readonly trades: Uint16Array;
  readonly books: Uint16Array;
}

/** Refused when it names an instrument that is not there. */
export function channelsOf(wanted: Subscription, instruments: number): Result<Channels> {
  const lists = [wanted.quotes === 'all' ? [] : wanted.quotes, wanted.trades, wanted.books];
  for (const list of lists) {
    const stranger = list.find((instrument) => instrument >= instruments);
    if (stranger !== undefined) return refuse('unknown-instrument', `There is no instrument ${stranger}.`);
  }
  const [quotes, trades, books] = lists.map((list) => Uint16Array.from(new Set(list)).sort());
  const all = wanted.quotes === 'all';
  return ok({
    key: `${all ? 'all' : String(quotes)}|${String(trades)}|${String(books)}`,
    quotes: all ? 'all' : (quotes ?? new Uint16Array()),
    trades: trades ?? new Uint16Array(),
    books: books ?? new Uint16Array(),
  });
}

/** One object for equal channels, as long as someone uses it. */
export class SharedChannels {
  readonly #used = new Map<string, { readonly channels: Channels; users: number }>();

  take(channels: Channels): Channels {
    const entry = this.#used.get(channels.key);
    if (!entry) {
      this.#used.set(channels.key, { channels, users: 1 });
      return channels;
    }
    entry.users += 1;
    return entry.channels;
  }

  release(channels: Channels): void {
    const entry = this.#used.get(channels.key);
    if (!entry) return;
    entry.users -= 1;
    if (entry.users === 0) this.#used.delete(channels.key);
  }

  get size(): number {
    return this.#used.size;
  }
}
