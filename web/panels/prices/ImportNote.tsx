import { useStore } from 'zustand';
import { useServices } from '../../app/services.ts';
import type { PricesSummary } from '../../compute/prices-port.ts';
import { plural } from '../../ui/format.ts';
import { findingsOf } from './import-words.ts';

/** How far an import is, why it was refused, or what was dirty in what is shown. */
export function ImportNote({
  imported,
  onReport,
}: {
  readonly imported: PricesSummary | null;
  readonly onReport: () => void;
}) {
  const { prices } = useServices();
  const { loading, refusal } = useStore(prices.view);
  if (loading) {
    return (
      <div className="import-note" role="status">
        <progress max={1} value={loading.done} aria-label={`Reading ${loading.name}`} />
        <span data-mask="progress">
          Reading {loading.name}, {plural(loading.rows, 'row')}
        </span>
        <button type="button" className="toggle" onClick={() => prices.stop()}>
          Stop
        </button>
      </div>
    );
  }
  if (refusal) {
    return (
      <div className="import-note tone-warning" role="alert">
        <span>
          {refusal.name} was not imported. {refusal.sentence}
        </span>
        <button type="button" className="toggle" onClick={() => prices.dismiss()}>
          Dismiss
        </button>
      </div>
    );
  }
  if (!imported) return null;
  const count = findingsOf(imported.report);
  return (
    <div className="import-note">
      <span>
        {count === 0
          ? 'Nothing was dirty in it.'
          : `${plural(count, 'thing')} in it ${count === 1 ? 'was' : 'were'} dirty.`}
      </span>
      <button type="button" className="toggle" onClick={onReport}>
        Report
      </button>
    </div>
  );
}
