import { createStore } from 'zustand/vanilla';
import { applyChange } from '../../protocol/fold.ts';
import type { Quarantined } from '../../protocol/health.ts';
import type { ControlChange, ControlState } from '../../protocol/messages.ts';
import { NOTES_KEPT, type Note } from '../../protocol/notes.ts';
import type { SessionView } from '../../protocol/session.ts';

const KEPT_QUARANTINED = 100;

/** What the control thread lets us see, folded as the relay folds it. It outlives a lost connection. */
export interface ControlView {
  readonly state: ControlState | null;
  readonly session: SessionView | null;
  readonly epoch: string;
  /** Newest last. */
  readonly quarantined: readonly Quarantined[];
  /** Notes that were written since this console connected, newest first. */
  readonly notes: readonly Note[];
  /** Nothing came of the control thread for too long: all of this is the last known. */
  readonly silent: boolean;
}

/** The control thread publishes its health each second, so this long without a word it hangs. */
export const SILENT_AFTER_MS = 3000;
const EMPTY: ControlView = {
  state: null,
  session: null,
  epoch: '',
  quarantined: [],
  notes: [],
  silent: false,
};

/** `monotonic` in ms: when the control thread was heard last, which frames of the market do not prove. */
export function createControlStore(monotonic: () => number) {
  const store = createStore<ControlView>(() => EMPTY);
  let heardAt = monotonic();
  const heard = (): void => {
    heardAt = monotonic();
    if (store.getState().silent) store.setState({ silent: false });
  };
  return {
    ...store,
    /** The page's own timer. */
    beat(): void {
      const { silent, state } = store.getState();
      const now = state !== null && monotonic() - heardAt > SILENT_AFTER_MS;
      if (now !== silent) store.setState({ silent: now });
    },
    snapshot(epoch: string, session: SessionView, state: ControlState): void {
      heard();
      const before = store.getState();
      const quarantined = before.epoch === epoch ? before.quarantined : [];
      store.setState({ epoch, session, state, quarantined });
    },
    changes(changes: readonly ControlChange[]): void {
      heard();
      store.setState((view) => {
        if (!view.state) return view;
        let { state, quarantined, notes } = view;
        for (const change of changes) {
          state = applyChange(state, change);
          if (change.type === 'quarantined') {
            quarantined = [...quarantined, change.message].slice(-KEPT_QUARANTINED);
          }
          if (change.type === 'note') notes = [change.note, ...notes].slice(0, NOTES_KEPT);
        }
        return { ...view, state, quarantined, notes };
      });
    },
    forget(): void {
      store.setState(EMPTY);
    },
  };
}
export type ControlStore = ReturnType<typeof createControlStore>;
