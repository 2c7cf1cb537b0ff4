import type { Part, Risk } from '../../../shaders/analyses/risk.ts';
import { barOf, signedMoney, someOf } from './risk-words.ts';

interface Row extends Part {
  readonly after: bigint | null;
}

/** What each adds to the shortfall at the highest level, by instrument and by cluster. */
export function PartsList({ risk: { now, after } }: { readonly risk: Risk }) {
  const [level, changed] = [now.at(-1), after?.at(-1) ?? null];
  if (!level) return null;
  const later = new Map(changed?.byInstrument.map(({ name, shortfall }) => [name, shortfall]));
  const clustersLater = new Map(changed?.byCluster.map(({ name, shortfall }) => [name, shortfall]));
  return (
    <>
      <Parts
        title="By instrument"
        rows={level.byInstrument.map((part) => ({ ...part, after: later.get(part.name) ?? null }))}
      />
      <Parts
        title="By cluster"
        rows={level.byCluster.map(({ name, names, shortfall }) => ({
          name: someOf(names),
          shortfall,
          after: clustersLater.get(name) ?? null,
        }))}
      />
    </>
  );
}

function Parts({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }) {
  const hasAfter = rows.some(({ after }) => after !== null);
  const sizes = rows.flatMap(({ shortfall, after }) => [shortfall, after ?? 0n]);
  const largest = sizes.reduce((most, each) => (each > most ? each : -each > most ? -each : most), 0n);
  return (
    <table className="bar-table">
      <thead>
        <tr>
          <th scope="col" colSpan={2}>
            {title}
          </th>
          <th scope="col" className="right">
            adds
          </th>
          {hasAfter && (
            <th scope="col" className="right">
              with the order
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, shortfall, after }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className="bar-cell" aria-hidden>
              <span className="bar-fill" style={{ width: `${100 * barOf(shortfall, largest)}%` }} />
              {after !== null && (
                <span className="bar-tick" style={{ left: `${100 * barOf(after, largest)}%` }} />
              )}
            </td>
            <td className="right">{signedMoney(shortfall)}</td>
            {hasAfter && <td className="right second">{after === null ? '–' : signedMoney(after)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
