import { useCallback, useState } from 'react';
import { useView } from '../../app/services.ts';
import { freshness } from '../../state/freshness.ts';
import type { MarketView } from '../../state/market.ts';
import { Panel } from '../../ui/panel.tsx';
import { Pausable, PauseButton, usePause } from '../pause.tsx';
import {
  useDataOrigin,
  useHasBook,
  useLabel,
  useQuoteFreshness,
  useSameMarkets,
  useSelected,
} from '../selected.ts';
import { BOOK_WORDS } from './book-words.ts';
import { Centred } from './Centred.tsx';
import { ConsolidatedBook } from './ConsolidatedBook.tsx';
import { Ladder } from './Ladder.tsx';

/** The book of the instrument that is looked at, of its venue or of all that list the same. */
export function BookPanel() {
  const origin = useDataOrigin();
  const instrument = useSelected();
  const label = useLabel();
  const markets = useSameMarkets();
  const [wantsAll, setWantsAll] = useState(false);
  const hasBook = useHasBook(instrument?.venue ?? null);
  const index = instrument?.index ?? null;
  const market = index === null ? null : (markets.get(index) ?? null);
  const pause = usePause(`${index ?? ''} ${wantsAll}`);
  const spread = useView('market', (view) => (index === null ? undefined : view.books.get(index)?.spread));
  const state = useView('market', (view) => (index === null ? undefined : view.books.get(index)?.state));
  const quote = useQuoteFreshness(index);
  const isWhole = wantsAll && market !== null;
  const since = useCallback(
    (now: MarketView, held: MarketView) => {
      const shown = isWhole ? market.members.map(({ instrument: each }) => each.index) : [index ?? -1];
      return shown.reduce((sum, each) => sum + changesSince(now, held, each), 0);
    },
    [index, isWhole, market],
  );
  const fresh = quote === 'stale' ? quote : freshness(state, false);
  const word =
    state === undefined ? 'waiting for a snapshot' : quote === 'stale' ? 'stale' : BOOK_WORDS[state];
  const told =
    hasBook === false
      ? 'no book from this venue'
      : spread === undefined || state === 'quarantined'
        ? word
        : `${word === 'live' ? '' : `${word} · `}spread ${spread}`;
  return (
    <Panel
      title={instrument ? `Book · ${isWhole ? `${market.name} · all venues` : label(instrument)}` : 'Book'}
      origin={origin}
      tools={<PauseButton pause={pause} what="the book" />}
      provenance={isWhole ? `${market.members.length} venues` : told}
    >
      <Pausable pause={pause} since={since} noun="changes">
        <div className="book-panel">
          {market && (
            <div className="toolbar" role="group" aria-label="Whose book">
              <button
                type="button"
                className="toggle"
                aria-pressed={!wantsAll}
                onClick={() => setWantsAll(false)}
              >
                {instrument?.venue}
              </button>
              <button
                type="button"
                className="toggle"
                aria-pressed={wantsAll}
                onClick={() => setWantsAll(true)}
              >
                All {market.members.length} venues
              </button>
            </div>
          )}
          {isWhole ? (
            <ConsolidatedBook market={market} source={pause.source} />
          ) : hasBook === false ? (
            <p className="empty" role="status">
              No book from this venue: it tells the best bid and offer and trades, and no levels behind them.
            </p>
          ) : (
            <Centred
              label="Order book"
              stale={fresh === 'stale'}
              again={`${index ?? ''} ${spread === undefined}`}
            >
              <Ladder source={pause.source} instrument={index} label="Levels" />
            </Centred>
          )}
        </div>
      </Pausable>
    </Panel>
  );
}

/** By the versions that the server counts, whether they were drawn or not. */
function changesSince({ books }: MarketView, held: MarketView, index: number): number {
  const [now, then] = [books.get(index)?.version, held.books.get(index)?.version];
  return now === undefined || then === undefined || now < then ? 0 : now - then;
}
