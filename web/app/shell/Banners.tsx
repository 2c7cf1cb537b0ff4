import type { ReactNode } from 'react';
import { isInPart, type FeedView } from '../../../protocol/health.ts';
import { causeSentence, haltHeadline } from '../../state/halt-words.ts';
import { LogAlarmBanner } from '../../panels/audit/LogAlarmBanner.tsx';
import { gpuLost } from '../../state/compute.ts';
import { utcTime } from '../../ui/format.ts';
import { StatusMark, type Tone } from '../../ui/status-mark.tsx';
import { useServices, useView } from '../services.ts';
import { SessionBanner } from './SessionBanner.tsx';

/** What changes the meaning of everything below it, said in a line each. */
export function Banners() {
  return (
    <div className="banners" role="status" aria-label="State of the console">
      <LinkBanner />
      <ControlBanner />
      <HaltBanner />
      <SessionBanner />
      <LogAlarmBanner />
      <FeedBanners />
      <QuarantineBanner />
      <GpuBanner />
    </div>
  );
}

function Banner({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <div className={`banner banner-${tone}`}>
      <StatusMark tone={tone} />
      <div className="banner-text">{children}</div>
    </div>
  );
}

function LinkBanner() {
  const link = useView('link', (view) => view.link);
  if (link.kind !== 'retrying') return null;
  return (
    <Banner tone="warning">
      <strong>Server unreachable.</strong> {link.sentence} Trying again since{' '}
      <span data-mask="clock">{utcTime(link.since * 1000)} UTC</span>. Values below are the last ones seen.
      The halt goes on being sent until it is delivered.
    </Banner>
  );
}

/** The market may move on while the one who decides does not answer. */
function ControlBanner() {
  const silent = useView('control', (view) => view.silent);
  const online = useView('link', (view) => view.link.kind === 'online');
  if (!silent || !online) return null;
  return (
    <Banner tone="warning">
      <strong>The control thread is silent.</strong> Halt state, orders, positions, limits, alarms and health
      are the last known. The halt can be pressed: it goes on being sent until it is delivered.
    </Banner>
  );
}

function HaltBanner() {
  const { preferences } = useServices();
  const halt = useView('control', (view) => view.state?.halt ?? null);
  if (!halt || (halt.phase === 'trading' && halt.gateOpen)) return null;
  const headline = haltHeadline(halt);
  const cause = causeSentence(halt);
  return (
    <Banner tone={headline.tone}>
      <strong>{HALT_TITLES[halt.phase]}</strong> {cause}{' '}
      {halt.refusedSince > 0 && <span className="nowrap">{halt.refusedSince} orders refused since. </span>}
      <button
        type="button"
        className="button button-small"
        onClick={() => preferences.setState({ haltOpen: true })}
      >
        {halt.phase === 'blocked' ? 'Cancel everything…' : 'Show the halt'}
      </button>
    </Banner>
  );
}

const HALT_TITLES = {
  trading: 'The gate is closed.',
  blocked: 'BLOCKED, NOT CANCELLED. The gate is closed; orders are still at the venue.',
  cancelling: 'HALTED. Cancelling and reading again.',
  confirmed: 'HALTED. Every venue re-read as zero open orders.',
  residual: 'HALTED, ORDERS REMAIN. Cancelling goes on.',
} as const;

/** What a feed's state is worth saying above everything; null = nothing. */
const FEED_TONES = {
  connecting: null,
  connected: null,
  live: null,
  quiet: null,
  ended: null,
  subscribed: 'caution',
  resyncing: 'caution',
  stale: 'warning',
  down: 'warning',
} as const;

function FeedBanners() {
  const feeds = useView('control', (view) => view.state?.feeds) ?? [];
  const isHeld = useView('control', (view) => view.state?.replay?.paused ?? false);
  const isEnded = ({ replay, state }: FeedView): boolean => replay?.ended === true || state === 'ended';
  const ended = feeds.filter(isEnded);
  return (
    <>
      {ended.length > 0 && <ReplayEnded ended={ended} of={feeds.length} />}
      {feeds.map((feed) => {
        if (isEnded(feed)) return null;
        // Held where a recording begins, a market is not there yet: that is no fault of anybody.
        if (isHeld && (feed.state === 'subscribed' || feed.state === 'resyncing')) return null;
        const inPart = isInPart(feed);
        const tone = inPart && FEED_TONES[feed.state] === 'warning' ? 'caution' : FEED_TONES[feed.state];
        if (tone === null) return null;
        return (
          <Banner key={feed.venue} tone={tone}>
            <strong>
              Feed {feed.venue}: {feed.state}
              {inPart ? ' in part' : ''}.
            </strong>{' '}
            {feed.sentence} What is hatched is the last known; orders that need it are refused.
          </Banner>
        );
      })}
    </>
  );
}

/** One word for all recordings, and which they are while others still play. */
function ReplayEnded({ ended, of }: { readonly ended: readonly FeedView[]; readonly of: number }) {
  const names = ended.map(({ venue }) => venue).join(', ');
  return (
    <Banner tone="advisory">
      <strong>{ended.length === of ? 'The replay ended.' : `The replay ended of ${names}.`}</strong>{' '}
      {ended[0]?.sentence} Values are the last of the capture.
    </Banner>
  );
}

/** What people quarantined by hand stays so until a person lifts it: nobody may forget it. */
function QuarantineBanner() {
  const quarantines = useView('control', (view) => view.state?.quarantines);
  if (!quarantines || quarantines.length === 0) return null;
  const [first] = quarantines;
  return (
    <Banner tone="caution">
      <strong>
        {quarantines.map(({ name, venue }) => `${name} · ${venue}`).join(', ')}{' '}
        {quarantines.length === 1 ? 'is' : 'are'} quarantined
      </strong>
      {quarantines.length === 1 ? ` by ${first?.by ?? ''}: ${first?.reason ?? ''}.` : ' by hand.'} Prices are
      no reference; only orders that take back leave. Lifted in the health of the venue’s market data.
    </Banner>
  );
}

function GpuBanner() {
  const status = useView('compute', (view) => view.status);
  if (!gpuLost(status)) return null;
  return (
    <Banner tone="caution">
      <strong>GPU lost.</strong> {status?.why}
    </Banner>
  );
}
