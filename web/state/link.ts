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
  /** Why the server does not serve what this console watches; null when it does. */
  readonly unsubscribed: string | null;
  readonly notices: readonly Notice[];
}

const PLAIN_KEPT = 3;
const REFUSED_KEPT = 20;

/** News pushes out older news; a refusal stays until it is read, and only a flood of them ends that. */
export function keptNotices(notices: readonly Notice[]): readonly Notice[] {
  const refused = notices.filter((notice) => notice.tone === 'refused').slice(-REFUSED_KEPT);
  const others = notices.filter((notice) => notice.tone !== 'refused').slice(-PLAIN_KEPT);
  return [...refused, ...others].sort((a, b) => a.id - b.id);
}

export function createLinkStore() {
  let noticeId = 0;
  const store = createStore<LinkView>(() => ({
    link: { kind: 'idle' },
    times: null,
    stats: null,
    snapshots: 0,
    unsubscribed: null,
    notices: [],
  }));
  return {
    ...store,
    notice(sentence: string, tone: Notice['tone'] = 'plain'): void {
      noticeId += 1;
      const notice = { id: noticeId, sentence, tone };
      store.setState((view) => ({ notices: keptNotices([...view.notices, notice]) }));
    },
    dismiss(id: number): void {
      store.setState((view) => ({ notices: view.notices.filter((notice) => notice.id !== id) }));
    },
  };
}
export type LinkStore = ReturnType<typeof createLinkStore>;
