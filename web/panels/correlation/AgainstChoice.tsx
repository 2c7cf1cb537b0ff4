import { useStore } from 'zustand';
import { useServices } from '../../app/services.ts';
import { isSameReturns, type ReturnsOf } from '../../compute/port.ts';
import { HORIZON_NAMES } from '../analysis/analysis-words.ts';
import { LIVE_HORIZONS } from '../prices/use-returns-of.ts';

const JUST_BEFORE = 'before';

/** What the shown window is compared with: the one before, the newest of another horizon, or of other prices. */
export function AgainstChoice({
  of,
  against,
  onChoose,
}: {
  readonly of: ReturnsOf;
  readonly against: ReturnsOf | null;
  readonly onChoose: (against: ReturnsOf | null) => void;
}) {
  const { prices } = useServices();
  const loaded = useStore(prices.view, (view) => view.loaded);
  const choices: { readonly key: string; readonly name: string; readonly returns: ReturnsOf }[] = [
    ...LIVE_HORIZONS.map((horizon) => ({
      key: horizon,
      name: `live ${HORIZON_NAMES[horizon]}`,
      returns: { horizon },
    })),
    ...loaded.map(({ sha256, name, horizon }) => ({
      ...{ key: sha256, name },
      returns: { horizon, imported: sha256 },
    })),
  ];
  const others = choices.filter(({ returns }) => !isSameReturns(returns, of));
  const chosen = others.find(({ returns }) => isSameReturns(returns, against));
  return (
    <select
      className="input input-small"
      aria-label="Compared with"
      value={chosen?.key ?? JUST_BEFORE}
      onChange={({ target }) => onChoose(others.find(({ key }) => key === target.value)?.returns ?? null)}
    >
      <option value={JUST_BEFORE}>than the window before</option>
      {others.map(({ key, name }) => (
        <option key={key} value={key}>
          than {name}
        </option>
      ))}
    </select>
  );
}
