import { createStore } from 'zustand/vanilla';
import { applyChange } from '../../protocol/fold.ts';
import type { Quarantined } from '../../protocol/health.ts';
import type { ControlChange, ControlState } from '../../protocol/messages.ts';
import type { SessionView } from '../../protocol/session.ts';

const KEPT_QUARANTINED = 100;

/** What the control thread lets us see, folded as the relay folds it. It outlives a lost connection. */
export interface ControlView {
  readonly state: ControlState | null;
  readonly session: SessionView | null;
  readonly epoch: string;
  /** Newest last. */
  readonly quarantined: readonly Quarantined[];
}

const EMPTY: ControlView = { state: null, session: null, epoch: '', quarantined: [] };

export function createControlStore() {
  const store = createStore<ControlView>(() => EMPTY);
  return {
    ...store,
    snapshot(epoch: string, session: SessionView, state: ControlState): void {
      const before = store.getState();
      const quarantined = before.epoch === epoch ? before.quarantined : [];
      store.setState({ epoch, session, state, quarantined });
    },
    changes(changes: readonly ControlChange[]): void {
      store.setState((view) => {
        if (!view.state) return view;
        let { state, quarantined } = view;
        for (const change of changes) {
          state = applyChange(state, change);
          if (change.type === 'quarantined') {
            quarantined = [...quarantined, change.message].slice(-KEPT_QUARANTINED);
          }
        }
        return { ...view, state, quarantined };
      });
    },
    forget(): void {
      store.setState(EMPTY);
    },
  };
}
export type ControlStore = ReturnType<typeof createControlStore>;
