import { useStore } from 'zustand';
import { dateText } from '../../../shaders/prices/report.ts';
import { useServices } from '../../app/services.ts';
import type { Provenance } from '../../compute/port.ts';
import { utcTime } from '../../ui/format.ts';
import { percent, signed } from '../analysis/analysis-words.ts';

/** The cell under the pointer or the keyboard: ρ, its interval, and what they rest on. */
export function ReadOut({ provenance }: { readonly provenance: Provenance | null }) {
  const { computeLink } = useServices();
  const reading = useStore(computeLink.texts, (texts) => texts.reading);
  if (!reading) return <p className="read-out quiet">Point at a cell for ρ, its interval and n.</p>;
  return (
    <p className="read-out">
      {reading.row} / {reading.column}{' '}
      {reading.rho === null || !reading.interval ? (
        <strong>too few common samples</strong>
      ) : (
        <>
          <strong>ρ {signed(reading.rho)}</strong>{' '}
          <span className="second">
            95 % [{signed(reading.interval.low)}, {signed(reading.interval.high)}]
          </span>
          {reading.before !== null && (
            <>
              {' '}
              <span className="second">then {signed(reading.before)}</span>
            </>
          )}
          {reading.tested && (
            <>
              {' '}
              <span className="second">
                P(|ρ| &gt; {reading.tested.threshold}) {percent(reading.tested.exceeds)},{' '}
                {reading.tested.survives ? 'a discovery' : 'no discovery'}
              </span>
            </>
          )}
        </>
      )}{' '}
      <span className="quiet" data-mask="clock">
        {provenance ? sampleText(reading.samples, provenance) : `n ${reading.samples}`}
      </span>
    </p>
  );
}

function sampleText(samples: number, { window, source, asOf }: Provenance): string {
  if (source.kind === 'imported') return `n ${samples}, to ${dateText(asOf)}`;
  return `n ${samples} of ${window}, as of ${utcTime(asOf)}`;
}
