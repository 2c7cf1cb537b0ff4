import type { Origins } from '../../../protocol/origin.ts';
import { OriginBadge } from '../../ui/panel.tsx';
import { HaltControl } from '../../panels/halt/HaltControl.tsx';
import { useServices, useView } from '../services.ts';
import { UserFigure } from './UserFigure.tsx';
import {
  AlarmCounts,
  ClockOffset,
  Compute,
  Connection,
  HaltState,
  OldestMark,
  PathClockText,
} from './figures.tsx';

/** Everything that is always in sight. It never leaves, at any width. */
export function TopBar() {
  const { preferences } = useServices();
  const origins = useView('control', (view) => view.state?.origins ?? null);
  const isWall = useView('sessions', (view) => view.session?.kind === 'wall');
  return (
    <header className="topbar" aria-label="Always in sight">
      <div className="topbar-who">
        {isWall ? (
          <span className="brand">CWTS Ultra</span>
        ) : (
          <button
            type="button"
            className="brand"
            onClick={() => preferences.setState({ dialog: 'palette' })}
            aria-label="CWTS Ultra: open the command palette"
          >
            CWTS Ultra
          </button>
        )}
        {origins && <Origin origins={origins} />}
      </div>
      <dl className="figures">
        <PathClockText />
        <Connection />
        <OldestMark />
        <ClockOffset />
        <Compute />
        <AlarmCounts />
        <UserFigure />
      </dl>
      <div className="topbar-halt">
        <HaltState />
        {isWall ? <NoHaltHere /> : <HaltControl />}
      </div>
    </header>
  );
}

/** Data and orders may differ; then both are said. */
function Origin({ origins }: { readonly origins: Origins }) {
  if (origins.data === origins.orders) return <OriginBadge origin={origins.data} />;
  return (
    <span className="row">
      <OriginBadge origin={origins.data} label={`${origins.data} data`} />
      <OriginBadge origin={origins.orders} label={`${origins.orders} orders`} />
    </span>
  );
}

/** In the halt's own place: why it cannot be pressed here, and where it can. */
function NoHaltHere() {
  return (
    <p className="no-halt" role="note">
      <strong>No halt here.</strong> This display only watches; any signed-in console can halt.
    </p>
  );
}
