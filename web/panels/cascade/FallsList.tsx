import type { Cascade, Falls } from '../../../shaders/analyses/cascade.ts';
import { percent, plusMinus } from '../analysis/analysis-words.ts';

/** Who else is down, the likeliest first: a bar with its standard error, and a tick where it is down anyway. */
export function FallsList({ cascade: { given, others, notAsked } }: { readonly cascade: Cascade }) {
  return (
    <>
      <table className="bar-table">
        <caption className="for-readers">Down with {given}, the likeliest first</caption>
        <thead>
          <tr>
            <th scope="col" colSpan={2}>
              Down with {given}
            </th>
            <th scope="col" className="right">
              P
            </th>
            <th scope="col" className="right">
              error
            </th>
            <th scope="col" className="right">
              anyway
            </th>
          </tr>
        </thead>
        <tbody>
          {others.map((falls) => (
            <FallsRow key={falls.name} falls={falls} />
          ))}
        </tbody>
      </table>
      {notAsked > 0 && (
        <p className="cascade-note">{notAsked} more, less correlated with it, were not asked about.</p>
      )}
    </>
  );
}

function FallsRow({ falls: { name, probability, alone } }: { readonly falls: Falls }) {
  const { value, error } = probability;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="bar-cell" aria-hidden>
        <span className="bar-fill" style={{ width: `${100 * value}%` }} />
        <span
          className="bar-error"
          style={{ left: `${100 * Math.max(0, value - error)}%`, width: `${200 * error}%` }}
        />
        <span className="bar-tick" style={{ left: `${100 * alone.value}%` }} />
      </td>
      <td className="right">{percent(value)}</td>
      <td className="right second">{plusMinus(error)}</td>
      <td className="right second">{percent(alone.value)}</td>
    </tr>
  );
}
