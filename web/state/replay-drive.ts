import { createStore } from 'zustand/vanilla';
import type { Reply } from '../../protocol/commands.ts';
import type { ReplayCommand, ReplayView } from '../../protocol/replay.ts';

/** The server is told where to go at most this often, however fast somebody drags or presses. */
export const AIM_EVERY_MS = 400;
/** A place that was taken is shown until the server says that it is there, at most so long. */
export const TOLD_WITHIN_MS = 3000;
const NEAR_MICROS = 1_000_000;

export interface ReplayDriveWorld {
  readonly command: (command: ReplayCommand) => Promise<Reply | null>;
  /** What was asked for did not happen, and why; null: nobody knows. */
  readonly refused: (sentence: string | null) => void;
  /** Runs at once, then at most every `ms`, once more at the end. */
  readonly atMost: (ms: number, run: () => void) => { readonly ask: () => void };
  readonly later: (ms: number, run: () => void) => void;
}

/** The replay as this console drives it. What is true of it, the server says. */
export interface ReplayDriveView {
  /** Where somebody here points at on the time line, µs; null: at nothing. */
  readonly aim: number | null;
}

export function createReplayDrive(world: ReplayDriveWorld) {
  const store = createStore<ReplayDriveView>(() => ({ aim: null }));
  /** The aim that the server has taken, and may not have told yet: a step further counts from it. */
  let taken: number | null = null;
  // Somebody may point elsewhere already.
  const reached = (aim: number): void => {
    if (store.getState().aim === aim) store.setState({ aim: null });
  };
  const send = async (command: ReplayCommand): Promise<boolean> => {
    const reply = await world.command(command);
    if (!reply?.ok) world.refused(reply?.sentence ?? null);
    return reply?.ok === true;
  };
  const seek = world.atMost(AIM_EVERY_MS, () => {
    const { aim } = store.getState();
    if (aim === null) return;
    const to = Math.round(aim) as Extract<ReplayCommand, { to: unknown }>['to'];
    void send({ type: 'replay.seek', to }).then((isTaken) => {
      if (!isTaken) {
        reached(aim);
        return;
      }
      taken = aim;
      world.later(TOLD_WITHIN_MS, () => reached(aim));
    });
  });
  return {
    ...store,
    send,
    /** Moves the mark only: a drag that goes on. */
    point(aim: number): void {
      store.setState({ aim });
    },
    /** Goes there. */
    goTo(aim: number): void {
      store.setState({ aim });
      seek.ask();
    },
    /** What the server says of the replay. */
    heard({ seek, position }: Pick<ReplayView, 'seek' | 'position'>): void {
      if (taken === null) return;
      const isThere = seek?.to === Math.round(taken) || Math.abs(position - taken) < NEAR_MICROS;
      if (isThere) reached(taken);
    },
    /** A drag that came to nothing. */
    drop(): void {
      store.setState({ aim: null });
    },
  };
}
export type ReplayDrive = ReturnType<typeof createReplayDrive>;
