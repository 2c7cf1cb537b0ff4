import type { Difference } from '../../state/step-up.ts';

/** What an act changes, from what to what, a line each. */
export function Differences({ of }: { readonly of: readonly Difference[] }) {
  return (
    <table className="plain-table differences">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Now</th>
          <th scope="col">Then</th>
        </tr>
      </thead>
      <tbody>
        {of.map(({ name, before, after }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{before}</td>
            <td>{after}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
