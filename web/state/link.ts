import { createStore } from 'zustand/vanilla';
import type { LinkState, LinkTimes, StreamStats } from '../stream/port.ts';

export interface Notice {
  readonly id: number;
  readonly sentence: string;
  readonly tone: 'plain' | 'refused' | 'done';
}

/** The connection, how fast it is, and what it had to say. */
export interface LinkView {
  readonly link: LinkState;
  readonly times: LinkTimes | null;
  readonly stats: StreamStats | null;
  /** How often the console got a new snapshot: whoever caches reads again when it counts up. */
  readonly snapshots: number;
  readonly notices: readonly Notice[];
}

export function createLinkStore() {
  let noticeId = 0;
  const store = createStore<LinkView>(() => ({
    link: { kind: 'idle' },
    times: null,
    stats: null,
    snapshots: 0,
    notices: [],
  }));
  return {
    ...store,
    notice(sentence: string, tone: Notice['tone'] = 'plain'): void {
      noticeId += 1;
      const notice = { id: noticeId, sentence, tone };
      store.setState((view) => ({ notices: [...view.notices, notice].slice(-4) }));
    },
    dismiss(id: number): void {
      store.setState((view) => ({ notices: view.notices.filter((notice) => notice.id !== id) }));
    },
  };
}
export type LinkStore = ReturnType<typeof createLinkStore>;
