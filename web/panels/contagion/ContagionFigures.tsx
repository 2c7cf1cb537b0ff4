import type { Contagion } from '../../../shaders/analyses/contagion.ts';
import { TRUSTED_DRIFT } from '../../../shaders/contagion/evolve.ts';
import { percent, signed } from '../analysis/analysis-words.ts';
import { agreement } from './agreement.ts';

/** Below it a drift is of the last digits. */
const LEAST = 1e-12;

/** What has left, how far the two rankings agree, and whether the computation is to be believed. */
export function ContagionFigures({
  contagion: { given, stayed, reached, drift },
}: {
  readonly contagion: Contagion;
}) {
  const alike = agreement(reached);
  return (
    <dl className="analysis-figures">
      <div>
        <dt>Has left {given}</dt>
        <dd data-mask="figure">
          <strong>{percent(1 - stayed.evolved)}</strong>{' '}
          <span className="basis">by the random walk {percent(1 - stayed.walked)}</span>
        </dd>
      </div>
      <div>
        <dt>Rankings agree</dt>
        <dd data-mask="figure">
          <strong>{alike === null ? 'not known' : signed(alike)}</strong>{' '}
          <span className="basis">of 1, by Spearman’s rank correlation</span>
        </dd>
      </div>
      <div>
        <dt>Health of the norm</dt>
        <dd data-mask="figure">
          <strong>good</strong>{' '}
          <span className="basis">
            off by {drift < LEAST ? `less than ${LEAST}` : drift.toExponential(0)}; above{' '}
            {TRUSTED_DRIFT.toExponential(0)} nothing is shown
          </span>
        </dd>
      </div>
    </dl>
  );
}
