import { useStore } from 'zustand';
import { useServices } from '../../app/services.ts';
import { signed } from '../analysis/analysis-words.ts';

/** The pairs that differ most from the other window, the largest first. */
export function Breaks() {
  const { computeLink } = useServices();
  const breaks = useStore(computeLink.texts, (texts) => texts.breaks);
  const refusal = useStore(computeLink.texts, (texts) => texts.refusal);
  if (refusal) {
    return (
      <p className="empty" role="status" data-code={refusal.code}>
        {refusal.sentence}
      </p>
    );
  }
  if (!breaks) return <p className="empty">The other window is being compared.</p>;
  if (breaks.length === 0) return <p className="empty">No pair has enough returns in both windows.</p>;
  return (
    <div className="breaks" role="region" aria-label="Largest breaks" tabIndex={0}>
      <table className="breaks-table">
        <thead>
          <tr>
            <th scope="col">Pair</th>
            <th scope="col">then</th>
            <th scope="col">now</th>
            <th scope="col">Δρ</th>
            <th scope="col">p</th>
          </tr>
        </thead>
        <tbody>
          {breaks.map(({ row, column, before, after, p }) => (
            <tr key={`${row}/${column}`}>
              <th scope="row">
                {row} / {column}
              </th>
              <td>{signed(before)}</td>
              <td>{signed(after)}</td>
              <td>{signed(after - before)}</td>
              <td>{p === null ? 'too few' : p.toFixed(3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
