import type { Contagion, Reached } from '../../../shaders/analyses/contagion.ts';
import { percent, signed } from '../analysis/analysis-words.ts';

/** Those reached less are of no interest, and their rows would be drawn each time. */
const LISTED = 32;
/** Below it nothing was reached. */
const LEAST = 1e-9;

/**
 * The most reached first: a bar by state evolution, and a tick where the random walk ends. Each is against its own
 * largest, since after the same time the two have left by very different parts: what is compared is their rankings.
 */
export function ReachedList({ contagion: { given, reached } }: { readonly contagion: Contagion }) {
  const listed = reached.slice(0, LISTED);
  const most = {
    evolved: listed.reduce((high, { evolved }) => Math.max(high, evolved), LEAST),
    walked: reached.reduce((high, { walked }) => Math.max(high, walked), LEAST),
  };
  const rest = reached.length - listed.length;
  return (
    <>
      <table className="bar-table">
        <caption className="for-readers">Reached from {given}, the most reached first</caption>
        <thead>
          <tr>
            <th scope="col" colSpan={2}>
              Reached
            </th>
            <th scope="col" className="right">
              share
            </th>
            <th scope="col" className="right">
              classical
            </th>
            <th scope="col" className="right">
              place
            </th>
            <th scope="col" className="right narrow-out">
              ρ
            </th>
          </tr>
        </thead>
        <tbody>
          {listed.map((each) => (
            <Row key={each.name} reached={each} most={most} />
          ))}
        </tbody>
      </table>
      {rest > 0 && <p className="analysis-note">{rest} more were reached less.</p>}
    </>
  );
}

function Row({
  reached: { name, evolved, walked, evolvedRank, walkedRank, rho },
  most,
}: {
  readonly reached: Reached;
  /** The shares that are a whole bar. */
  readonly most: { readonly evolved: number; readonly walked: number };
}) {
  return (
    <tr>
      <th scope="row">
        <span className="contagion-rank">{evolvedRank}</span> {name}
      </th>
      <td className="bar-cell" aria-hidden>
        <span className="bar-fill" style={{ width: `${(100 * evolved) / most.evolved}%` }} />
        <span className="bar-tick" style={{ left: `${(100 * walked) / most.walked}%` }} />
      </td>
      <td className="right">{percent(evolved)}</td>
      <td className="right second">{percent(walked)}</td>
      <td className="right second">{walkedRank}</td>
      <td className="right second narrow-out">{rho === null ? '–' : signed(rho)}</td>
    </tr>
  );
}
