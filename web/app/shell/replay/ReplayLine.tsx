import type { ReplayView } from '../../../../protocol/replay.ts';
import { utcTime } from '../../../ui/format.ts';
import { useServices, useView } from '../../services.ts';
import { partOf, standingOf } from './replay-words.ts';

/** The recordings' time line: where the replay is, where it can go, and what each venue covers. */
export function ReplayLine({
  replay,
  isDriver,
}: {
  readonly replay: ReplayView;
  readonly isDriver: boolean;
}) {
  const { replay: drive } = useServices();
  const aim = useView('replay', (view) => view.aim);
  const { firstAt, lastAt, position, seek, venues } = replay;
  const at = aim ?? seek?.to ?? position;
  const goTo = (): void => {
    const { aim: wanted } = drive.getState();
    if (wanted !== null) drive.goTo(wanted);
  };
  return (
    <div className="replay-line">
      <div className="replay-track">
        <span className="replay-played" style={{ width: percent(partOf(replay, position)) }} />
        <input
          type="range"
          className="replay-range"
          aria-label="Time line of the recordings"
          aria-valuetext={`${utcTime(at)} UTC, ${standingOf(replay)}`}
          // Milliseconds: a range counts in floats.
          min={Math.ceil(firstAt / 1000)}
          max={Math.floor(lastAt / 1000)}
          step={1}
          value={Math.round(at / 1000)}
          disabled={!isDriver}
          onChange={(event) => drive.point(Number(event.target.value) * 1000)}
          onPointerUp={goTo}
          onPointerCancel={() => drive.drop()}
          onKeyUp={goTo}
        />
      </div>
      <ul className="replay-covers" aria-label="What each recording covers">
        {venues.map(({ venue, name, firstAt: from, lastAt: to }) => {
          const [left, right] = [partOf(replay, from), partOf(replay, to)];
          const text = `${name}: ${utcTime(from)} to ${utcTime(to)} UTC`;
          return (
            <li key={venue} className="replay-cover" title={text}>
              <span className="for-readers">{text}</span>
              <span style={{ marginLeft: percent(left), width: percent(right - left) }} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

const percent = (part: number): string => `${(part * 100).toFixed(3)}%`;
