import type { LimitView } from '../../../protocol/limits.ts';
import { useView } from '../../app/services.ts';
import { Bar } from '../../ui/bar.tsx';
import { plural, utcDate } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { useLastKnown, useOrdersOrigin } from '../selected.ts';
import { limitText, SOFT_MARKS, utilisation } from './utilisation.ts';

const NONE: readonly LimitView[] = [];

/** What the gate allows and what it sees: the same numbers that refuse an order. */
export function LimitsPanel() {
  const origin = useOrdersOrigin();
  const limits = useView('control', (view) => view.state?.limits ?? NONE);
  const lastKnown = useLastKnown();
  const [first] = limits;
  const provenance = first
    ? `${lastKnown ? 'last known · ' : ''}v${first.version} · set by ${first.setBy} · since ${utcDate(first.since)}`
    : 'no limits known';
  return (
    <Panel title="Limits · firm" origin={origin} provenance={provenance}>
      <div
        className={lastKnown ? 'panel-scroll stale' : 'panel-scroll'}
        tabIndex={0}
        role="region"
        aria-label="Limits"
      >
        {limits.length === 0 && <p className="empty">No limit is known, so the gate refuses every order.</p>}
        <ul className="limits">
          {limits.map((limit) => (
            <Limit key={`${limit.rule}-${limit.scope}`} limit={limit} />
          ))}
        </ul>
      </div>
    </Panel>
  );
}

function Limit({ limit }: { readonly limit: LimitView }) {
  const fraction = utilisation(limit);
  return (
    <li
      className="limit"
      title={`Rule ${limit.rule}, requirement ${limit.requirement}, scope ${limit.scope}`}
    >
      <span className="limit-name">
        {limit.name}{' '}
        <span className="limit-note">
          {[
            ...(limit.at === null ? [] : [limit.at]),
            ...(limit.refused > 0 ? [`${plural(limit.refused, 'order')} refused`] : []),
          ].join(' · ')}
        </span>
      </span>
      <span className="limit-value">{limitText(limit)}</span>
      <Bar label={limit.name} fraction={fraction} marks={SOFT_MARKS} />
    </li>
  );
}
