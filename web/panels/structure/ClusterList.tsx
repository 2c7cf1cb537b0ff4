import { groupsOf } from './cluster-words.ts';

/** The clusters by size; choosing one shows it in the tree. */
export function ClusterList({
  cluster,
  names,
  chosen,
  onChoose,
}: {
  readonly cluster: ArrayLike<number>;
  readonly names: readonly string[];
  readonly chosen: number | null;
  readonly onChoose: (number: number | null) => void;
}) {
  const { groups, alone } = groupsOf(cluster);
  const listed = (rows: readonly number[]): string => rows.map((row) => names[row] ?? '').join(', ');
  return (
    <div className="clusters">
      <h3 className="clusters-title">
        {groups.length === 0 ? 'No clusters' : `Clusters · ${groups.length}`}
      </h3>
      <ul>
        {groups.map(({ number, rows }) => (
          <li key={number}>
            <button
              type="button"
              className="cluster"
              aria-pressed={number === chosen}
              onClick={() => onChoose(number === chosen ? null : number)}
            >
              <span>
                <strong>{rows.length}</strong> {listed(rows)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {alone.length > 0 && (
        <p className="clusters-alone">
          <strong>{alone.length}</strong> alone: {listed(alone)}
        </p>
      )}
    </div>
  );
}
