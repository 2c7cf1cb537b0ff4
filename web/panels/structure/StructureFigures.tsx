import type { Provenance } from '../../../shaders/analyses/analysis.ts';
import type { Structure } from '../../../shaders/analyses/structure.ts';
import { closeText, percent, signed } from '../analysis/analysis-words.ts';
import { tenths } from '../analysis/line-path.ts';
import { LineChart } from '../analysis/LineChart.tsx';

/** How much is common, and how that went. */
export function StructureFigures({
  structure,
  provenance,
}: {
  readonly structure: Structure;
  readonly provenance: Provenance;
}) {
  const { absorption, meanCorrelation, factors, history } = structure;
  const last = history.times.length - 1;
  const ends = [0, last].map((k) => closeText(history.times[k] ?? 0, provenance));
  return (
    <>
      <dl className="analysis-figures">
        <div>
          <dt>Absorption ratio</dt>
          <dd>
            <strong>{percent(absorption.ratio)}</strong>{' '}
            <span className="basis">in the first {absorption.factors} factors</span>
          </dd>
        </div>
        <div>
          <dt>Mean correlation</dt>
          <dd>
            <strong>{signed(meanCorrelation)}</strong>
          </dd>
        </div>
        {factors && (
          <div>
            <dt>Factors beyond chance</dt>
            <dd>
              <strong>{factors.beyondCalibrated}</strong>{' '}
              <span className="basis">
                over {factors.calibrated.toFixed(2)}; the textbook’s {factors.marchenkoPastur.toFixed(2)} says{' '}
                {factors.beyondTextbook}
              </span>
            </dd>
          </div>
        )}
      </dl>
      {last > 0 && (
        <div className="structure-history">
          <LineChart
            label={`Absorption ratio and mean correlation of the last ${last + 1} windows: ${percent(history.absorption[0] ?? 0)} and ${signed(history.meanCorrelation[0] ?? 0)} at first, ${percent(absorption.ratio)} and ${signed(meanCorrelation)} now.`}
            lines={[
              { name: 'absorption', values: history.absorption, strong: true },
              { name: 'mean', values: history.meanCorrelation, strong: false },
            ]}
            scale={tenths(history.absorption, history.meanCorrelation)}
            ends={[ends[0] ?? '', ends[1] ?? '']}
            format={(value) => value.toFixed(1)}
          />
          <p className="structure-key">
            <span className="key-strong" aria-hidden /> absorption ratio{' '}
            <span className="key-weak" aria-hidden /> mean correlation
          </p>
        </div>
      )}
    </>
  );
}
