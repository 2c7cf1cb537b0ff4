import type { Lead, LeadLag } from '../../../shaders/analyses/leadlag.ts';
import { signed } from '../analysis/analysis-words.ts';

/** The strongest first: a bar of |ρ|, a tick where chance ends, and how often large moves followed. */
export function LeadTable({
  leadlag: { edges, chance },
  barS,
}: {
  readonly leadlag: LeadLag;
  /** How long a bar is, in words. */
  readonly barS: string;
}) {
  return (
    <table className="bar-table">
      <caption className="for-readers">Who leads whom, the strongest first</caption>
      <thead>
        <tr>
          <th scope="col">Leads → follows</th>
          <th scope="col" aria-hidden />
          <th scope="col" className="right">
            ρ
          </th>
          <th scope="col" className="right">
            after
          </th>
          <th scope="col" className="right">
            large (chance)
          </th>
        </tr>
      </thead>
      <tbody>
        {edges.map((lead) => (
          <Row key={`${lead.leader}>${lead.follower}`} lead={lead} chance={chance} barS={barS} />
        ))}
      </tbody>
    </table>
  );
}

function Row({
  lead: { leader, follower, lag, rho, together, expected },
  chance,
  barS,
}: {
  readonly lead: Lead;
  readonly chance: number | null;
  readonly barS: string;
}) {
  return (
    <tr>
      <th scope="row">
        {leader} → {follower}
      </th>
      <td className="bar-cell" aria-hidden>
        <span className="bar-fill" style={{ width: `${100 * Math.abs(rho)}%` }} />
        {chance !== null && <span className="bar-tick" style={{ left: `${100 * chance}%` }} />}
      </td>
      <td className="right">{signed(rho)}</td>
      <td className="right second">{lag === 1 ? barS : `${lag} × ${barS}`}</td>
      <td className="right second">
        {together} ({expected.toFixed(1)})
      </td>
    </tr>
  );
}
