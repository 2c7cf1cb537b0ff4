import { isCurrent, type FeedState } from '../../protocol/health.ts';
import type { ControlState } from '../../protocol/messages.ts';
import type { ControlStore } from '../state/control.ts';
import type { LinkStore } from '../state/link.ts';
import type { MarketStore } from '../state/market.ts';

/**
 * Trades move the last candle, so whatever hides trades from this console leaves a hole that looks
 * like a market: a new snapshot, trades that were skipped, a feed that came back. Calls `onHole` then.
 */
export function watchForHoles(
  stores: { readonly control: ControlStore; readonly market: MarketStore; readonly link: LinkStore },
  onHole: () => void,
): void {
  stores.link.subscribe((view, before) => {
    if (view.snapshots !== before.snapshots) onHole();
  });
  stores.market.subscribe((view, before) => {
    if (view.skipped === before.skipped) return;
    for (const [instrument, skipped] of view.skipped) {
      if (skipped > (before.skipped.get(instrument) ?? 0)) {
        onHole();
        return;
      }
    }
  });
  stores.control.subscribe((view, before) => {
    if (view.state?.feeds !== before.state?.feeds && cameBack(view.state, before.state)) onHole();
  });
}

function cameBack(now: ControlState | null, before: ControlState | null): boolean {
  return (now?.feeds ?? []).some((feed) => {
    const was = before?.feeds.find((each) => each.venue === feed.venue);
    if (!was) return false;
    // One connection comes back while another is still away: the feed as a whole says nothing of it.
    return isBack(feed, was) || feed.lines.some((line, at) => isBack(line, was.lines[at]));
  });
}

interface Standing {
  readonly state: FeedState;
}

const isBack = (now: Standing, was: Standing | undefined): boolean =>
  was !== undefined && isCurrent(now.state) && !isCurrent(was.state);
