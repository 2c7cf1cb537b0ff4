import { useEffect, useLayoutEffect, useRef } from 'react';
import { useServices, useView } from '../../app/services.ts';
import { bestArbitrage } from '../../state/arbitrage.ts';
import { consolidate } from '../../state/consolidated-book.ts';
import { freshness } from '../../state/freshness.ts';
import { hasBook } from '../../state/has-book.ts';
import type { Hold } from '../../state/hold.ts';
import type { MarketView } from '../../state/market.ts';
import type { MarketMember, SameMarket } from '../../state/same-market.ts';
import { putClass, putText } from '../../ui/live.tsx';
import { BOOK_WORDS } from './book-words.ts';
import { Centred } from './Centred.tsx';
import { arbitrageText, consolidatedMid, consolidatedRows, whoText } from './consolidated-words.ts';
import { Ladder } from './Ladder.tsx';
import { drawRows } from './ladder-rows.ts';

const DEPTH = 20;

/** The levels of every venue that lists the same in one ladder, and each venue's own beside it. */
export function ConsolidatedBook({
  market,
  source,
}: {
  readonly market: SameMarket;
  readonly source: Hold<MarketView>;
}) {
  const { stream } = useServices();
  useEffect(() => {
    stream.beside(market.members.map(({ instrument }) => instrument.index));
    return () => stream.beside([]);
  }, [stream, market]);
  return (
    <div className="books">
      <WholeLadder market={market} source={source} />
      {market.members.map((member) => (
        <OneVenue key={member.instrument.index} member={member} source={source} />
      ))}
    </div>
  );
}

function WholeLadder({ market, source }: { readonly market: SameMarket; readonly source: Hold<MarketView> }) {
  const { clock, control } = useServices();
  const stale = useView('clock', (view) => view.stale);
  const box = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const part = (name: string): HTMLElement | null =>
      box.current?.querySelector<HTMLElement>(`[data-part="${name}"]`) ?? null;
    let drawn: unknown;
    const update = (): void => {
      const { books, quotes } = source.getState();
      if (books === drawn) return;
      drawn = books;
      const feeds = control.getState().state?.feeds ?? [];
      const whole = consolidate(market, books, DEPTH);
      const { asks, bids } = consolidatedRows(whole, market);
      // The best ask stands at the bottom of its half, next to the mid.
      drawRows(part('asks'), asks.toReversed());
      drawRows(part('bids'), bids);
      const { mid, spread } = consolidatedMid(whole, market);
      putText(part('mid'), mid);
      putText(part('spread'), spread);
      const who = part('who');
      putText(
        who,
        whoText(whole, (venue) => hasBook(feeds, venue) === false),
      );
      if (who) putClass(who, 'tone-caution', whole.leftOut.length > 0);
      const { stale: pathStale, estimatedNow } = clock.getState();
      const found = bestArbitrage(market, quotes, pathStale, estimatedNow);
      const arbitrage = part('arbitrage');
      putText(arbitrage, arbitrageText(found, market));
      if (arbitrage) putClass(arbitrage, 'arbitrage', found !== null);
    };
    update();
    return source.subscribe(update);
  }, [market, source, clock, control]);
  return (
    <section ref={box} className={stale ? 'books-all stale' : 'books-all'} aria-label="All venues">
      <p className="books-note" data-part="who" />
      <p className="books-note quiet" data-part="arbitrage" data-mask="age" />
      <Centred label="Levels of all venues" stale={false} again={market.name}>
        <table className="ladder ladder-whole" aria-label="Levels of all venues">
          <thead className="for-readers">
            <tr>
              <th scope="col">Who</th>
              <th scope="col">Size</th>
              <th scope="col">Price</th>
            </tr>
          </thead>
          <tbody data-part="asks" className="ladder-asks" aria-label="Asks" />
          <tbody>
            <tr className="ladder-mid">
              <th scope="row">mid</th>
              <td data-part="spread" className="quiet small" />
              <td data-part="mid">–</td>
            </tr>
          </tbody>
          <tbody data-part="bids" className="ladder-bids" aria-label="Bids" />
        </table>
      </Centred>
    </section>
  );
}

function OneVenue({ member, source }: { readonly member: MarketMember; readonly source: Hold<MarketView> }) {
  const { index, venue } = member.instrument;
  const state = useView('market', (view) => view.books.get(index)?.state);
  const none = useView('control', (view) => hasBook(view.state?.feeds ?? [], venue) === false);
  const pathStale = useView('clock', (view) => view.stale);
  const stale = freshness(state, pathStale) === 'stale';
  const word = none ? 'no book from this venue' : state === undefined ? 'awaited' : BOOK_WORDS[state];
  return (
    <section className="books-one" aria-label={`Book of ${venue}`}>
      <p className={stale ? 'books-note tone-caution' : 'books-note'}>
        <strong>{venue}</strong> {pathStale && state !== undefined ? 'stale' : word}
      </p>
      <Centred label={`Levels of ${venue}`} stale={stale} again={`${index} ${state === undefined}`}>
        <Ladder source={source} instrument={index} label={`Levels of ${venue}`} />
      </Centred>
    </section>
  );
}
