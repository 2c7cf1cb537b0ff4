import type { OrderView } from '../../../protocol/orders.ts';
import type { Tone } from '../../state/tone.ts';

/** An order's state as it is said: pending and unknown are states of their own. */
export function orderStateWords(order: Pick<OrderView, 'state' | 'reason'>): {
  readonly text: string;
  readonly tone: Tone;
} {
  switch (order.state) {
    case 'pending':
      return { text: 'pending · sent, not acknowledged', tone: 'ok' };
    case 'working':
      return { text: 'working', tone: 'ok' };
    case 'partially-filled':
      return { text: 'partially filled', tone: 'ok' };
    case 'cancelling':
      return { text: 'cancelling', tone: 'ok' };
    case 'unknown':
      return { text: 'unknown · asking venue', tone: 'caution' };
    case 'filled':
      return { text: 'filled', tone: 'ok' };
    case 'cancelled':
      return { text: 'cancelled', tone: 'ok' };
    case 'rejected':
      return { text: order.reason === null ? 'rejected' : `rejected · ${order.reason}`, tone: 'ok' };
    case 'expired':
      return { text: 'expired', tone: 'ok' };
  }
}
