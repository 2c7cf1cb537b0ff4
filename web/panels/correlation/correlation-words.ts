import { dateText } from '../../../shaders/prices/report.ts';
import { FALSE_DISCOVERY, type Before, type Provenance } from '../../compute/port.ts';
import { BACKEND_NAMES } from '../../ui/backend-names.ts';
import { formatMs, utcTime } from '../../ui/format.ts';
import { HORIZON_NAMES, windowText } from '../analysis/analysis-words.ts';

const TEST_NAMES = { fisher: 'Fisher’s z', bootstrap: 'block bootstrap' } as const;

export function titleOf(provenance: Provenance | null): string {
  if (!provenance) return 'Correlation';
  const { source, instruments, samples, horizon } = provenance;
  const whose = source.kind === 'imported' ? `imported ${source.name} · ` : '';
  const what = provenance.before ? 'Correlation change' : 'Correlation';
  return `${what} · ${whose}${instruments} × ${samples} × ${HORIZON_NAMES[horizon]}`;
}

/** Which window is taken away. */
export function beforeText({ isJustBefore, source, horizon }: Before): string {
  if (isJustBefore) return 'the window before';
  return source.kind === 'live' ? `live ${HORIZON_NAMES[horizon]}` : `imported ${source.name}`;
}

export function provenanceText(provenance: Provenance | null): string {
  if (!provenance) return 'waiting for bars';
  const { weighting, backend, ms, from, asOf, samples, window, pairwise, source, horizon } = provenance;
  const { tested, before } = provenance;
  return [
    ...(source.kind === 'imported' ? [`imported ${source.name}`] : []),
    weighting === 'pearson' ? 'Pearson' : 'EWMA',
    ...(samples < window && source.kind === 'live'
      ? [`${samples} of ${windowText(window, horizon)} so far`]
      : []),
    ...(pairwise ? ['pairwise'] : []),
    ...(before ? [`less ${beforeText(before)}`] : []),
    ...(tested
      ? [
          `${tested.count} of ${tested.of} pairs by ${TEST_NAMES[tested.by]}, FDR ${Math.round(100 * FALSE_DISCOVERY)} %`,
        ]
      : []),
    `${BACKEND_NAMES[backend]} ${formatMs(ms)}`,
    source.kind === 'imported' ? `${dateText(from)} to ${dateText(asOf)}` : `as of ${utcTime(asOf)}`,
  ].join(' · ');
}
