import type { TickLead } from '../../../shaders/analyses/tick-leads.ts';
import { signed } from '../analysis/analysis-words.ts';
import { chanceText, lagRange, lagText } from './tick-words.ts';

/** The surest first: a bar of the contrast with its interval, the lag with its own, and how sure it is. */
export function TickLeadTable({ edges }: { readonly edges: readonly TickLead[] }) {
  return (
    <table className="bar-table tick-leads">
      <caption className="for-readers">Who leads whom by their trades, the surest first</caption>
      <thead>
        <tr>
          <th scope="col">Leads → follows</th>
          <th scope="col" aria-hidden />
          <th scope="col" className="right">
            contrast
          </th>
          <th scope="col" className="right">
            after
          </th>
        </tr>
      </thead>
      <tbody>
        {edges.map((lead) => (
          <Row key={`${lead.leader}>${lead.follower}`} lead={lead} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ lead }: { readonly lead: TickLead }) {
  const { leader, follower, lag, rho, together, contrast, contrastLow, contrastHigh, p } = lead;
  const ends = [Math.abs(contrastLow), Math.abs(contrastHigh)].sort((a, b) => a - b);
  const [low, high] = [part(ends[0] ?? 0), part(ends[1] ?? 0)];
  return (
    <tr>
      <th scope="row">
        {leader} → {follower}
        <small>
          ρ {signed(rho)}, at once {signed(together)}, p {chanceText(p)}
        </small>
      </th>
      <td className="bar-cell" aria-hidden>
        <span className="bar-fill" style={{ width: `${part(Math.abs(contrast))}%` }} />
        <span className="bar-error" style={{ left: `${low}%`, width: `${high - low}%` }} />
      </td>
      <td className="right">
        {signed(contrast)}
        <small>
          {signed(contrastLow)} … {signed(contrastHigh)}
        </small>
      </td>
      <td className="right">
        {lagText(lag)}
        <small>{lagRange(lead)}</small>
      </td>
    </tr>
  );
}

/** A contrast can reach 2 and a little; what there is of it is far below 1. */
const part = (share: number): number => Math.min(100, 100 * share);
