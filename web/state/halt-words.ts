import { isOpen } from '../../protocol/orders.ts';
import type { HaltView } from '../../protocol/halt.ts';
import type { ControlState } from '../../protocol/messages.ts';
import { plural } from '../ui/format.ts';
import type { Delivery } from './halt-delivery.ts';
import type { Tone } from './tone.ts';

/** What a press would do, counted now: said before the press. */
export interface HaltConsequence {
  readonly ours: number;
  readonly foreign: number;
  readonly unknown: number;
  readonly positions: number;
  readonly venues: readonly string[];
}

export function haltConsequence(state: ControlState): HaltConsequence {
  const open = state.orders.filter((order) => isOpen(order.state));
  const named = state.halt.venues.map((venue) => venue.name);
  return {
    ours: open.filter((order) => order.owner === 'ours').length,
    foreign: open.filter((order) => order.owner === 'foreign').length,
    unknown: open.filter((order) => order.state === 'unknown').length,
    positions: state.positions.filter((position) => position.size !== 0).length,
    venues: named.length > 0 ? named : [...new Set(state.instruments.map((i) => String(i.venue)))],
  };
}

/** The consequence in words, a sentence each. */
export function consequenceSentences(consequence: HaltConsequence): readonly string[] {
  const { ours, foreign, unknown, positions, venues } = consequence;
  const where = venues.length > 0 ? ` at ${venues.join(', ')}` : '';
  return [
    'Closes the gate for the whole firm (L3) at once: no order leaves any more.',
    `Then, with your code, cancels ${plural(ours, 'open order')} of ours and ${foreign} foreign${where}, and reads again until zero.`,
    ...(unknown > 0 ? [`${plural(unknown, 'order')} in an unknown state count as open.`] : []),
    positions > 0
      ? `${plural(positions, 'position')} ${positions === 1 ? 'stays' : 'stay'} as ${positions === 1 ? 'it is' : 'they are'}: nothing is flattened.`
      : 'There is no position; nothing is flattened.',
  ];
}

/** The halt's state in a few words, with its tone. Desired is never shown as effective. */
export function haltHeadline(halt: HaltView): { readonly text: string; readonly tone: Tone } {
  const left = halt.venues.reduce((sum, v) => sum + (v.openOrders ?? 0), 0);
  switch (halt.phase) {
    case 'trading':
      return halt.gateOpen ? { text: 'trading', tone: 'ok' } : { text: 'gate closed', tone: 'caution' };
    case 'blocked':
      return { text: 'blocked, not cancelled', tone: 'warning' };
    case 'cancelling':
      return { text: 'cancelling', tone: 'caution' };
    case 'confirmed':
      return { text: 'halted · zero confirmed', tone: 'advisory' };
    case 'residual':
      return { text: `halted · ${left > 0 ? plural(left, 'order') : 'orders'} remaining`, tone: 'warning' };
  }
}

/** Why it is halted, in a sentence. */
export function causeSentence(halt: HaltView): string | null {
  const { cause } = halt;
  if (!cause) return null;
  switch (cause.kind) {
    case 'pressed':
      return `Pressed by ${cause.by}: ${cause.reason}`;
    case 'crash':
      return cause.sentence;
    case 'resumed':
      return cause.by === null ? cause.sentence : `${cause.sentence} (pressed by ${cause.by})`;
  }
}

/** Who pressed, also across a restart; null for a halt that nobody pressed. */
export function presser(halt: HaltView): string | null {
  if (halt.cause?.kind === 'pressed') return halt.cause.by;
  return halt.cause?.kind === 'resumed' ? halt.cause.by : null;
}

/** What this user can do about the halt now. The server decides again on each. */
export interface HaltSteps {
  readonly cancelAll: boolean;
  readonly takeBack: boolean;
  readonly release: boolean;
  /** Why something that one might look for is not offered. */
  readonly because: string | null;
}

export function haltSteps(halt: HaltView, user: string | null): HaltSteps {
  const mine = presser(halt) === user;
  const nothing = { cancelAll: false, takeBack: false, release: false, because: null };
  switch (halt.phase) {
    case 'trading':
      return nothing;
    case 'blocked':
      return {
        cancelAll: true,
        takeBack: mine,
        release: !mine,
        because: mine ? null : 'Only the one who pressed can take it back; you can release it.',
      };
    case 'cancelling':
      return { ...nothing, because: 'A release is possible once every venue is confirmed at zero.' };
    case 'residual':
      return {
        ...nothing,
        cancelAll: true,
        because: 'Cancelling goes on. A release is possible once every venue is confirmed at zero.',
      };
    case 'confirmed':
      return mine
        ? { ...nothing, because: 'A release needs a second person: never the one who pressed.' }
        : { ...nothing, release: true };
  }
}

/** What becomes of a press that nobody has acknowledged yet. */
export function deliveryWords(delivery: Extract<Delivery, { kind: 'not-delivered' }>): string {
  const { by, held, signedOut, sendings, refusal } = delivery;
  if (held) {
    return `It is ${by ?? 'another'}’s press and is not sent in another’s name. ${by ?? 'They'} can sign in to deliver it, or you press HALT yourself.`;
  }
  return [
    `Sent ${sendings} times by socket and HTTP, again every 250 ms until it is acknowledged.`,
    ...(refusal === null ? [] : [`The server answered: ${refusal}`]),
    ...(signedOut ? [`Sign in${by === null ? '' : ` as ${by}`} to deliver it.`] : []),
  ].join(' ');
}
