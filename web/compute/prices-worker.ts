/** The price worker: reads, checks and cleans a file of prices, and hands the panel to the compute worker. */
import '../ui/no-eval.ts';
import { ensureNever } from '../../protocol/assert.ts';
import { refuse, ok, type Refusal, type Result } from '../../protocol/result.ts';
import { importPrices, type ImportOptions, type ImportedPrices } from '../../shaders/prices/import.ts';
import { panelOf } from '../../shaders/prices/panel.ts';
import type { FromPrices, ToPrices } from './prices-port.ts';

const scope = self as unknown as {
  postMessage: (message: FromPrices) => void;
  onmessage: ((event: MessageEvent<ToPrices>) => void) | null;
};

const TELL_EVERY_MS = 100;
let panels: MessagePort | null = null;
/** The import that is wanted; one that is not ends at its next piece. */
let wanted = 0;

scope.onmessage = ({ data }) => {
  switch (data.kind) {
    case 'start':
      panels = data.panels;
      return;
    case 'file': {
      const { file } = data;
      void give(data, file.size, (options) =>
        importPrices({ stream: () => file.stream(), size: file.size }, options),
      );
      return;
    }
    case 'stored':
      void give(data, data.bytes, (options) => readStored(data, { ...options, asPrinted: data.asPrinted }));
      return;
    case 'stop':
      wanted = 0;
      return;
    default:
      ensureNever(data);
  }
};

async function give(
  { id, name }: { readonly id: number; readonly name: string },
  size: number,
  read: (options: ImportOptions) => Promise<Result<ImportedPrices>>,
): Promise<void> {
  wanted = id;
  let toldAt = -Infinity;
  const prices = await read({
    stopped: () => wanted !== id,
    progress: (done, rows) => {
      if (performance.now() - toldAt < TELL_EVERY_MS) return;
      toldAt = performance.now();
      scope.postMessage({ kind: 'progress', id, done: done / Math.max(1, size), rows });
    },
  });
  // Nobody waits for it any more.
  if (wanted !== id) return;
  if (!prices.ok) {
    refused(id, prices.error);
    return;
  }
  const panel = panelOf(prices.value, name);
  if (!panel.ok) {
    refused(id, panel.error);
    return;
  }
  const { names, t, horizon, times, returns, valid } = panel.value;
  const { sha256, from, report } = prices.value;
  const summary = {
    sha256,
    name,
    names,
    samples: t,
    horizon,
    from,
    to: times.at(-1) ?? from,
    report,
  };
  panels?.postMessage(panel.value, [returns.buffer, valid.buffer]);
  scope.postMessage({ kind: 'imported', id, prices: summary });
}

const refused = (id: number, refusal: Refusal): void => scope.postMessage({ kind: 'refused', id, refusal });

type Stored = Extract<ToPrices, { kind: 'stored' }>;

async function readStored(
  { sha256, bytes }: Stored,
  options: ImportOptions,
): Promise<Result<ImportedPrices>> {
  const response = await fetch(`/api/prices/${sha256}`, {
    credentials: 'same-origin',
    // It may be kept, but whether we may read it is asked each time.
    cache: 'no-cache',
    headers: { 'x-cwts': '1' },
  }).catch(() => null);
  if (!response) return refuse('unreachable', 'The server cannot be reached.');
  const { body } = response;
  if (!response.ok || !body) {
    return refuse('no-prices', `The server does not give these prices (${response.status}).`);
  }
  const prices = await importPrices({ stream: () => body, size: bytes }, options);
  if (prices.ok && prices.value.sha256 !== sha256) {
    return refuse('price-other', 'What the server gave are not the prices that it listed.');
  }
  return prices.ok ? ok(prices.value) : prices;
}
