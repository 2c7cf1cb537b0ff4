import { REPLAY_SPEEDS, type ReplayView } from '../../../../protocol/replay.ts';
import { plural, utcDate, utcTime } from '../../../ui/format.ts';
import { useServices, useView } from '../../services.ts';
import { ReplayLine } from './ReplayLine.tsx';
import { speedText, standingOf } from './replay-words.ts';
import { togglePlaying } from './toggle-playing.ts';
import { useReplayKeys } from './use-replay-keys.ts';

/** Of a console that replays: where the recordings stand, and what moves them. */
export function ReplayBar() {
  const replay = useView('control', (view) => view.state?.replay ?? null);
  const may = useView('control', (view) => view.session?.permissions.includes('replay.control') ?? false);
  const isWall = useView('sessions', (view) => view.session?.kind === 'wall');
  const isDriver = may && !isWall;
  useReplayKeys(isDriver && replay !== null);
  if (!replay) return null;
  return (
    <section className="replay" aria-label="Replay" data-phase={replay.phase} data-paused={replay.paused}>
      {isDriver && <PlayButton replay={replay} />}
      {isDriver && <Speeds speed={replay.speed} />}
      <p className="replay-time">
        <strong className="replay-clock" data-testid="replay-clock">
          {utcTime(replay.position)}
        </strong>
        <span className="replay-date">recorded {utcDate(replay.position)} UTC</span>
      </p>
      <span className="replay-end">{utcTime(replay.firstAt)}</span>
      <ReplayLine replay={replay} isDriver={isDriver} />
      <span className="replay-end">{utcTime(replay.lastAt)}</span>
      <p className="replay-standing">
        <strong>{standingOf(replay)}</strong>
        <span className="replay-date">
          {isDriver ? plural(replay.venues.length, 'recording') : 'you may only watch'}
        </span>
      </p>
    </section>
  );
}

function PlayButton({ replay }: { readonly replay: ReplayView }) {
  const { replay: drive } = useServices();
  const isEnded = replay.phase === 'ended';
  const plays = isEnded || replay.paused;
  const name = isEnded ? 'Play again from the start' : replay.paused ? 'Play' : 'Pause';
  return (
    <button
      type="button"
      className="button replay-play"
      aria-label={name}
      title={`${name} (Space)`}
      onClick={() => togglePlaying(replay, drive)}
    >
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden>
        <path d={plays ? 'M2.5 1 11 6l-8.5 5z' : 'M2 1h3v10H2zM7 1h3v10H7z'} />
      </svg>
    </button>
  );
}

function Speeds({ speed }: { readonly speed: number | null }) {
  const { replay: drive } = useServices();
  return (
    <div className="replay-speeds" role="group" aria-label="Speed of the replay">
      {REPLAY_SPEEDS.map((offered) => (
        <button
          key={speedText(offered)}
          type="button"
          className="toggle"
          aria-pressed={offered === speed}
          title={offered === null ? 'As fast as it can be read' : `${offered} × the recorded pace`}
          onClick={() => void drive.send({ type: 'replay.speed', speed: offered })}
        >
          {speedText(offered)}
        </button>
      ))}
    </div>
  );
}
