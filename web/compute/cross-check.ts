/** The server's check computed again: the same columns of this console's own ring, on the backend in use. */
import { BAR_SPANS } from '../../protocol/bars.ts';
import type { CrossCheck } from '../../protocol/cross-check.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { selectColumns, selectRows, type ReturnsPanel } from '../../shaders/analyses/returns-panel.ts';
import { compare } from '../../shaders/cross-check/compare.ts';
import { rowInputs } from '../../shaders/cross-check/inputs.ts';
import type { CorrelationEngine } from '../../shaders/engine/engine.ts';
import type { CheckAnswer, PanelQuery } from './port.ts';

const SECOND = BAR_SPANS['1s'];

/** `panelOf`: the newest 1 s columns of all instruments, in the order of their indexes. */
export async function answerCheck(
  check: CrossCheck,
  panelOf: (query: PanelQuery) => Result<ReturnsPanel>,
  engine: Pick<CorrelationEngine, 'compute'>,
): Promise<CheckAnswer> {
  const panel = columnsOf(check, panelOf);
  if (!panel.ok) return { kind: 'unchecked', sentence: panel.error.sentence };
  const matrix = await engine.compute(panel.value);
  const comparison = compare(check, { inputs: rowInputs(panel.value), matrix });
  return { kind: 'compared', comparison, backend: matrix.backend };
}

/** Refused where this console has not all of it: that is no disagreement. */
function columnsOf(
  { asOf, columns, rows }: CrossCheck,
  panelOf: (query: PanelQuery) => Result<ReturnsPanel>,
): Result<ReturnsPanel> {
  const newest = panelOf({ horizon: '1s', window: 1 });
  if (!newest.ok) return newest;
  const behind = ((newest.value.times[0] ?? 0) - asOf) / SECOND;
  if (!Number.isInteger(behind)) return refuse('other-clock', 'Its bars do not close when the server’s do.');
  if (behind < 0) return refuse('no-bars', 'The bars that the server computed have not come here.');
  const all = panelOf({ horizon: '1s', window: columns + behind });
  if (!all.ok) return all;
  const { t, n } = all.value;
  if (t < columns + behind) {
    const has = Math.max(0, t - behind);
    return refuse(
      'joined-late',
      `It has ${has} of the ${columns} s that the server computed; the rest was before.`,
    );
  }
  const indexes = rows.map(({ instrument }) => instrument as number);
  if (indexes.some((index) => index >= n)) {
    return refuse('other-list', 'The server computed instruments that this console does not list yet.');
  }
  return ok(selectColumns(selectRows(all.value, indexes), 0, columns));
}
