import { useMemo, useState } from 'react';
import { MISHAPS, type FeedChannel } from '../../../protocol/feed-quality.ts';
import type { FeedView } from '../../../protocol/health.ts';
import { useView } from '../../app/services.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { compact, formatMs, plural } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { useDataOrigin, useLastKnown } from '../selected.ts';
import { QuarantineList } from './QuarantineList.tsx';
import {
  CHANNEL_WORDS,
  checksText,
  clockText,
  countsText,
  FEED_TONES,
  latencyText,
  meansText,
  PROOF_WORDS,
  rateText,
} from './quality-words.ts';

const NONE: readonly FeedView[] = [];
/** The same in every venue's table, so that one reads down a column. */
const WIDTHS = ['15%', '8%', '7%', '8%', '22%', '10%', '10%', '10%', '10%'];

/** How good each venue's data is: how often and how late it comes, what it can reveal, what was refused. */
export function FeedsPanel() {
  const origin = useDataOrigin();
  const told = useView('control', (view) => view.state?.feeds ?? NONE);
  // By name: which told first is chance.
  const feeds = useMemo(() => told.toSorted((a, b) => (a.venue < b.venue ? -1 : 1)), [told]);
  const lastKnown = useLastKnown();
  const [open, setOpen] = useState<string | null>(null);
  const opened = feeds.find(({ venue }) => venue === open);
  const gaps = feeds.reduce((sum, feed) => sum + feed.gaps, 0);
  return (
    <Panel
      title="Feeds"
      origin={origin}
      provenance={`${lastKnown ? 'last known · ' : ''}${plural(feeds.length, 'venue')} · ${plural(gaps, 'gap')} · rates and latency of the last 30 to 60 s`}
    >
      <div
        className={lastKnown ? 'panel-scroll feeds stale' : 'panel-scroll feeds'}
        role="region"
        aria-label="Feed quality"
        tabIndex={0}
      >
        {feeds.length === 0 && <p className="empty">No feed has told of itself yet.</p>}
        {feeds.map((feed) => (
          <Feed key={feed.venue} feed={feed} onOpen={() => setOpen(feed.venue)} />
        ))}
      </div>
      {opened && (
        <Dialog
          title={`Quarantined · ${opened.venue}: ${opened.quarantined}`}
          onClose={() => setOpen(null)}
          wide
        >
          <QuarantineList feed={opened} />
        </Dialog>
      )}
    </Panel>
  );
}

function Feed({ feed, onOpen }: { readonly feed: FeedView; readonly onOpen: () => void }) {
  const { venue, state, sentence, quality } = feed;
  const tone = FEED_TONES[state];
  const checks = quality ? checksText(quality) : '';
  return (
    <section className="feed" aria-label={`Feed of ${venue}`} data-feed={venue} data-state={state}>
      <div className="feed-head">
        <h3 className="feed-name">
          <StatusMark tone={tone} /> {venue}
        </h3>
        <p className={tone === 'ok' || tone === 'unknown' ? 'feed-state' : `feed-state tone-${tone}`}>
          {state}
        </p>
        <p className="feed-sentence" title={sentence}>
          {sentence}
        </p>
        <button type="button" className="button button-small" onClick={onOpen}>
          Quarantined: {feed.quarantined}
        </button>
      </div>
      <p className="feed-facts" data-mask="latency">
        {[
          quality ? PROOF_WORDS[quality.proof] : 'not running yet',
          clockText(feed),
          countsText(feed),
          ...(checks === '' ? [] : [checks]),
        ].join(' · ')}
      </p>
      {quality && (
        <table className="plain-table feed-channels">
          <colgroup>
            {WIDTHS.map((width, column) => (
              <col key={column} style={{ width }} />
            ))}
          </colgroup>
          <thead>
            <tr>
              <th scope="col">Channel</th>
              <th scope="col" className="right">
                Messages
              </th>
              <th scope="col" className="right">
                Refused
              </th>
              <th scope="col" className="right">
                Rate
              </th>
              <th scope="col" className="right">
                Latency p50 / p99
              </th>
              {MISHAPS.map((mishap) => (
                <th key={mishap} scope="col">
                  {mishap[0]?.toUpperCase()}
                  {mishap.slice(1)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {quality.channels.map((channel) => (
              <ChannelRow key={channel.channel} channel={channel} errorMs={feed.clockUncertaintyMs} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function ChannelRow({
  channel,
  errorMs,
}: {
  readonly channel: FeedChannel;
  /** Of the venue's clock, and so of every latency. */
  readonly errorMs: number | null;
}) {
  const { latency } = channel;
  return (
    <tr>
      <th scope="row">{CHANNEL_WORDS[channel.channel]}</th>
      <td className="right" data-mask="latency">
        {compact(channel.messages)}
      </td>
      <td className={channel.refused > 0 ? 'right tone-caution' : 'right'}>{channel.refused}</td>
      <td className="right" data-mask="latency">
        {rateText(channel)}
      </td>
      <td className="right" data-mask="latency">
        {latencyText(channel)}
        {latency && (
          <span className="quiet small">
            {errorMs === null ? '' : ` ± ${formatMs(errorMs)}`}, n {compact(latency.samples)}
          </span>
        )}
      </td>
      {MISHAPS.map((mishap) => {
        const means = channel.reveals[mishap];
        return (
          <td key={mishap} className={means === null ? 'not-verifiable' : undefined}>
            {meansText(means)}
          </td>
        );
      })}
    </tr>
  );
}
