import { useEffect } from 'react';
import type { ControlState } from '../../../protocol/messages.ts';
import { Layout } from '../layout/Layout.tsx';
import { AccountDialog } from '../account/AccountDialog.tsx';
import { useServices, useView } from '../services.ts';
import { StepUpDialog } from '../step-up/StepUpDialog.tsx';
import { useWallProof } from '../wall/use-wall-proof.ts';
import { HaltDrawer } from '../../panels/halt/HaltDrawer.tsx';
import { Banners } from './Banners.tsx';
import { Notices } from './Notices.tsx';
import { ReplayBar } from './replay/ReplayBar.tsx';
import { Palette } from './Palette.tsx';
import { About, Shortcuts } from './Shortcuts.tsx';
import { TopBar } from './TopBar.tsx';
import { useShortcuts } from './use-shortcuts.ts';

/** What is looked at first: an instrument that can be traded, whichever venue was listed first. */
function firstOf(state: ControlState | null): number | null {
  if (!state || state.instruments.length === 0) return null;
  return Math.max(
    0,
    state.instruments.findIndex(({ venue }) => state.accounts.includes(venue)),
  );
}

/** The console itself: the bar that never leaves, banners, panels, and the halt's drawer. */
export function Shell() {
  const { preferences, stream, layout } = useServices();
  const dialog = useView('preferences', (view) => view.dialog);
  const haltOpen = useView('preferences', (view) => view.haltOpen);
  const selected = useView('preferences', (view) => view.selected);
  const first = useView('control', (view) => firstOf(view.state));
  const isWall = useView('sessions', (view) => view.session?.kind === 'wall');
  useShortcuts();
  useWallProof();

  useEffect(() => {
    if (selected === null && first !== null) preferences.setState({ selected: first });
  }, [selected, first, preferences]);
  useEffect(() => stream.focus(selected), [selected, stream]);
  useEffect(() => {
    if (!isWall) return;
    layout.preset('Wall');
    layout.lock(true);
  }, [isWall, layout]);

  const close = (): void => preferences.setState({ dialog: 'none' });
  return (
    <div className="shell">
      <TopBar />
      <ReplayBar />
      <Banners />
      <main className="workspace" aria-label="Panels">
        <h1 className="for-readers">CWTS Ultra Console</h1>
        <Layout />
      </main>
      {haltOpen && <HaltDrawer />}
      <Notices />
      {dialog === 'palette' && <Palette onClose={close} />}
      {dialog === 'shortcuts' && <Shortcuts onClose={close} />}
      {dialog === 'about' && <About onClose={close} />}
      {dialog === 'account' && <AccountDialog onClose={close} />}
      <StepUpDialog />
    </div>
  );
}
