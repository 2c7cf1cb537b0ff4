import { createStore } from 'zustand/vanilla';
import type { Envelope, Reply } from '../../protocol/commands.ts';
import type { CommandId, HaltId, Micros, UserId } from '../../protocol/units.ts';

/** Between two sendings of a press that nobody has acknowledged. */
export const REPEAT_MS = 250;
/** A timer may be this part of its time early. */
const EARLY = 0.9;

/**
 * Whether a press reached the server. `refused` is an answer too, but never the end: the press
 * goes on being sent, since what refused it may be a relay or a session and not the gate.
 */
export type Delivery =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'not-delivered';
      readonly haltId: HaltId;
      /** Who pressed; null when nobody was known. It is never sent in another's name. */
      readonly by: UserId | null;
      /** Another is signed in or signing in, so it is not being sent. */
      readonly held: boolean;
      readonly signedOut: boolean;
      /** Monotonic ms of the press. */
      readonly pressedAt: number;
      readonly ageMs: number;
      readonly sendings: number;
      /** The last refusal, if the server answered with one. */
      readonly refusal: string | null;
    }
  | {
      readonly kind: 'delivered';
      readonly haltId: HaltId;
      readonly afterMs: number;
      readonly sendings: number;
      readonly by: 'socket' | 'http' | 'state';
      readonly sentence: string;
    };

/** Whose session the next request would be sent in, as far as this page knows. */
export type Presser =
  | { readonly kind: 'user'; readonly user: UserId }
  | { readonly kind: 'nobody' }
  /** Somebody is signing in: until it is known who, nothing is sent in their name. */
  | { readonly kind: 'changing' };

/** Effects of a press: both ways at once, a clock, a timer, and random ids. */
export interface HaltWorld {
  readonly sendBySocket: (envelope: Envelope) => Promise<Reply | null>;
  readonly sendByHttp: (envelope: Envelope) => Promise<Reply | null>;
  readonly monotonic: () => number;
  readonly wallMicros: () => number;
  readonly every: (ms: number, run: () => void) => () => void;
  readonly randomId: () => string;
}

/**
 * Delivers one halt: one halt id and one command id for all sendings, by socket and by HTTP, at
 * once and every 250 ms until either is acknowledged. It is never disabled and never gives up.
 */
export function createHaltDelivery(world: HaltWorld) {
  const store = createStore<{ readonly delivery: Delivery }>(() => ({ delivery: { kind: 'none' } }));
  let stop: (() => void) | null = null;
  let generation = 0;
  let sentAt = -Infinity;
  let presser: Presser = { kind: 'nobody' };

  const set = (delivery: Delivery): void => store.setState({ delivery });

  function delivered(by: 'socket' | 'http' | 'state', sentence: string): void {
    const { delivery } = store.getState();
    if (delivery.kind !== 'not-delivered') return;
    stop?.();
    stop = null;
    const { haltId, pressedAt, sendings } = delivery;
    set({ kind: 'delivered', haltId, afterMs: world.monotonic() - pressedAt, sendings, by, sentence });
  }

  function answered(of: number, by: 'socket' | 'http', reply: Reply | null): void {
    const { delivery } = store.getState();
    if (of !== generation || delivery.kind !== 'not-delivered' || !reply) return;
    if (reply.ok) delivered(by, reply.sentence);
    else set({ ...delivery, refusal: reply.sentence });
  }

  /** Signed out it goes on: whether there is a session is the server's to say. */
  function isHeld(by: UserId | null): boolean {
    if (by === null) return false;
    return presser.kind === 'changing' || (presser.kind === 'user' && presser.user !== by);
  }

  function send(of: number, envelope: Envelope): void {
    const { delivery } = store.getState();
    if (delivery.kind !== 'not-delivered') return;
    const now = world.monotonic();
    const ageMs = now - delivery.pressedAt;
    if (delivery.held) {
      set({ ...delivery, ageMs });
      return;
    }
    // Two timers drive this, the page's and the worker's, so that either may fail or be slowed.
    if (now - sentAt < REPEAT_MS * EARLY) return;
    sentAt = now;
    set({ ...delivery, sendings: delivery.sendings + 1, ageMs });
    // One way failing must not keep the other from being tried.
    world.sendBySocket(envelope).then(
      (reply) => answered(of, 'socket', reply),
      () => undefined,
    );
    world.sendByHttp(envelope).then(
      (reply) => answered(of, 'http', reply),
      () => undefined,
    );
  }

  return {
    ...store,
    /** A second press while one is under way changes nothing: the same halt goes on being sent. */
    press(reason: string): HaltId {
      const { delivery } = store.getState();
      if (delivery.kind === 'not-delivered' && !delivery.held) return delivery.haltId;
      // One that is held is another person's: whoever is here now presses for themselves.
      stop?.();
      generation += 1;
      const of = generation;
      const haltId = `halt-${world.randomId()}` as HaltId;
      const envelope: Envelope = {
        id: `press-${world.randomId()}` as CommandId,
        // A press never expires; the field is there for the other commands.
        expiresAt: (world.wallMicros() + 60_000_000) as Micros,
        command: { type: 'halt.press', haltId, reason },
      };
      const pressedAt = world.monotonic();
      const by = presser.kind === 'user' ? presser.user : null;
      set({
        kind: 'not-delivered',
        haltId,
        by,
        held: false,
        signedOut: presser.kind !== 'user',
        pressedAt,
        ageMs: 0,
        sendings: 0,
        refusal: null,
      });
      sentAt = -Infinity;
      stop = world.every(REPEAT_MS, () => send(of, envelope));
      send(of, envelope);
      return haltId;
    },
    /** Who is signed in changed, or is about to. */
    presser(next: Presser): void {
      presser = next;
      const { delivery } = store.getState();
      if (delivery.kind !== 'not-delivered') return;
      set({ ...delivery, held: isHeld(delivery.by), signedOut: next.kind !== 'user' });
    },
    /** The halt state itself says that this halt, or another, closed the gate after the press. */
    seen(haltId: HaltId | null): void {
      const { delivery } = store.getState();
      if (delivery.kind === 'not-delivered' && delivery.haltId === haltId) {
        delivered('state', 'The gate is closed.');
      }
    },
    /** Back to trading: the delivery of an old press is history. */
    clear(): void {
      if (store.getState().delivery.kind === 'delivered') set({ kind: 'none' });
    },
  };
}
export type HaltDelivery = ReturnType<typeof createHaltDelivery>;
