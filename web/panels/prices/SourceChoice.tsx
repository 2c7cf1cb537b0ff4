import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useStore } from 'zustand';
import type { StoredPrices } from '../../../protocol/prices.ts';
import { readPrices } from '../../app/prices-api.ts';
import { useServices } from '../../app/services.ts';
import type { PricesSummary } from '../../compute/prices-port.ts';
import { HORIZON_NAMES } from '../analysis/analysis-words.ts';
import { LIVE_HORIZONS, useReturnsOf } from './use-returns-of.ts';

const AGAIN_MS = 15_000;

/**
 * Whose returns: the live bars of a horizon, a panel that was imported here, or one that the server keeps.
 * The button is for who does not drag.
 */
export function SourceChoice({ onFile }: { readonly onFile: (file: File) => void }) {
  const { prices } = useServices();
  const loaded = useStore(prices.view, (view) => view.loaded);
  const input = useRef<HTMLInputElement>(null);
  const { of, choose, load } = useReturnsOf();
  const stored = useQuery({
    queryKey: ['prices'],
    refetchInterval: AGAIN_MS,
    queryFn: async () => {
      const reply = await readPrices();
      if (!reply.ok) throw new Error(reply.error.sentence);
      return reply.value;
    },
  });
  const others = (stored.data ?? []).filter(({ sha256 }) => !loaded.some((one) => one.sha256 === sha256));
  const chosen = (value: string): void => {
    const horizon = LIVE_HORIZONS.find((each) => each === value);
    const here = loaded.find(({ sha256 }) => sha256 === value);
    const there = others.find(({ sha256 }) => sha256 === value);
    if (horizon !== undefined) choose({ horizon });
    else if (here) choose({ horizon: here.horizon, imported: here.sha256 });
    else if (there) load(there);
  };
  return (
    <>
      <select
        className="input input-small source-choice"
        aria-label="Returns of"
        value={of.imported ?? of.horizon}
        onChange={(event) => chosen(event.target.value)}
      >
        <optgroup label="Live">
          {LIVE_HORIZONS.map((horizon) => (
            <option key={horizon} value={horizon}>
              Live {HORIZON_NAMES[horizon]}
            </option>
          ))}
        </optgroup>
        {loaded.length > 0 && (
          <optgroup label="Imported into this page">{loaded.map(importedOption)}</optgroup>
        )}
        {others.length > 0 && <optgroup label="Kept by the server">{others.map(storedOption)}</optgroup>}
      </select>
      <button
        type="button"
        className="toggle"
        aria-label="Open… a CSV of prices"
        onClick={() => input.current?.click()}
      >
        Open…
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.gz,.txt,.tsv"
        aria-label="A file of prices"
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file again is a change too.
          event.target.value = '';
          if (file) onFile(file);
        }}
      />
    </>
  );
}

const importedOption = ({ sha256, name, names }: PricesSummary) => (
  <option key={sha256} value={sha256}>
    {name} ({names.length})
  </option>
);

const storedOption = ({ sha256, name, instruments }: StoredPrices) => (
  <option key={sha256} value={sha256}>
    {name} ({instruments})
  </option>
);
