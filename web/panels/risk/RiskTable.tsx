import type { LevelRisk, Risk } from '../../../shaders/analyses/risk.ts';
import { formatMoney } from '../../ui/format.ts';
import { change } from './risk-words.ts';

const FIGURES = [
  { key: 'valueAtRisk', within: 'valueAtRiskWithin', name: 'Value at risk' },
  { key: 'shortfall', within: 'shortfallWithin', name: 'Expected shortfall' },
] as const;

/** Both figures at each level, with their intervals; beside them the same after the order. */
export function RiskTable({ risk: { now, after } }: { readonly risk: Risk }) {
  return (
    <table className="bar-table risk-table">
      <caption className="for-readers">What the book may lose, in dollars</caption>
      <thead>
        <tr>
          <th scope="col">In USD</th>
          <th scope="col" className="right">
            now
          </th>
          {after && (
            <th scope="col" className="right">
              with the order
            </th>
          )}
          {after && (
            <th scope="col" className="right">
              change
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {FIGURES.flatMap((figure) =>
          now.map((level, at) => (
            <Row
              key={`${figure.key} ${level.level}`}
              name={`${figure.name} ${Math.round(100 * level.level)} %`}
              figure={figure}
              now={level}
              after={after?.[at] ?? null}
            />
          )),
        )}
      </tbody>
    </table>
  );
}

function Row({
  name,
  figure: { key, within },
  now,
  after,
}: {
  readonly name: string;
  readonly figure: (typeof FIGURES)[number];
  readonly now: LevelRisk;
  readonly after: LevelRisk | null;
}) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="right">
        <Money value={now[key]} within={now[within]} />
      </td>
      {after && (
        <td className="right">
          <Money value={after[key]} within={after[within]} />
        </td>
      )}
      {after && <td className="right second">{change(now[key], after[key])}</td>}
    </tr>
  );
}

function Money({
  value,
  within: [low, high],
}: {
  readonly value: bigint;
  readonly within: readonly [bigint, bigint];
}) {
  return (
    <>
      <strong>{formatMoney(value)}</strong>
      <span className="risk-within">
        {formatMoney(low)} … {formatMoney(high)}
      </span>
    </>
  );
}
