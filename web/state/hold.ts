import type { StoreApi } from 'zustand/vanilla';

type Readable<S> = Pick<StoreApi<S>, 'getState' | 'subscribe' | 'getInitialState'>;

/** A store as one panel sees it. */
export interface Hold<S> extends Readable<S> {
  /** Null: it is not held. */
  held: () => S | null;
  hold: () => void;
  release: () => void;
}

/**
 * A view of a store that can be held still: its readers then keep what they saw and hear nothing,
 * while the store itself goes on and loses nothing.
 */
export function createHold<S>(store: Readable<S>): Hold<S> {
  let held: S | null = null;
  const listeners = new Set<(state: S, before: S) => void>();
  const tell = (before: S): void => {
    for (const listener of listeners) listener(store.getState(), before);
  };
  return {
    getState: () => held ?? store.getState(),
    getInitialState: () => store.getInitialState(),
    subscribe: (listener) => {
      listeners.add(listener);
      const stop = store.subscribe((state, before) => {
        if (held === null) listener(state, before);
      });
      return () => {
        listeners.delete(listener);
        stop();
      };
    },
    held: () => held,
    hold: () => {
      held = store.getState();
    },
    release: () => {
      if (held === null) return;
      const before = held;
      held = null;
      tell(before);
    },
  };
}
