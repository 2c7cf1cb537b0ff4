import { QueryClient } from '@tanstack/react-query';
import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import { AnalysisLink } from '../compute/analysis-link.ts';
import { ComputeLink } from '../compute/link.ts';
import { PricesLink } from '../compute/prices-link.ts';
import { createComputeStore } from '../state/compute.ts';
import { createCrossCheckStore } from '../state/cross-check.ts';
import { createControlStore } from '../state/control.ts';
import { createHaltDelivery } from '../state/halt-delivery.ts';
import { createHorizons } from '../state/horizons.ts';
import { createLinkStore } from '../state/link.ts';
import { createMarketStore } from '../state/market.ts';
import { createPageHealthStore } from '../state/page-health.ts';
import { createPathClock } from '../state/path-clock.ts';
import { createPreferences } from '../state/preferences.ts';
import { createReplayDrive } from '../state/replay-drive.ts';
import { createReturnsOf } from '../state/returns-of.ts';
import { createSessionStore } from '../state/session.ts';
import { createStatisticsStore } from '../state/statistics.ts';
import { createStepUp } from '../state/step-up.ts';
import { createTabHistory } from '../state/tab-history.ts';
import { StreamLink } from '../stream/link.ts';
import type { FromStream } from '../stream/port.ts';
import streamWorker from '../stream/worker.ts?worker&url';
import { watchActivity } from './activity.ts';
import { pressByHttp } from './api/commands.ts';
import { readSession, reportActivity } from './api/session.ts';
import { startAudit } from './audit-services.ts';
import { atMost } from '../ui/at-most.ts';
import { NOT_DELIVERED } from '../state/not-delivered.ts';
import { startWorker } from '../ui/start-worker.ts';
import { startCheckWatch } from './start-check-watch.ts';
import { watchHorizons } from './watch-horizons.ts';
import { watchReplay } from './watch-replay.ts';
import { watchForHoles } from './candle-holes.ts';
import { createLayoutStore } from './layout/store.ts';
import { storedBackend } from './backend.ts';
import { watchPage } from './page-watch.ts';
import { shownTheme, storedTheme } from './theme.ts';
import { consoleVersion } from './version.ts';

const BEAT_MS = 250;
const CANDLES_AGAIN_MS = 3000;
const SESSION_AGAIN_MS = 5000;

/** Starts both workers and wires them to the stores: the page's one place that knows them all. */
export function startServices() {
  const theme = storedTheme();
  const preferences = createPreferences(theme, shownTheme(theme));
  const control = createControlStore(() => performance.now());
  const market = createMarketStore();
  const statistics = createStatisticsStore();
  const horizons = createHorizons();
  const tabHistory = createTabHistory();
  const link = createLinkStore();
  const compute = createComputeStore();
  const crossCheck = createCrossCheckStore();
  const pageHealth = createPageHealthStore();
  const clock = createPathClock(() => performance.now());
  const layout = createLayoutStore();
  const sessions = createSessionStore();
  // The server gives the session another cookie behind a factor.
  const stepUp = createStepUp(() => refreshed(reportActivity()));
  const drew = watchPage(pageHealth);
  const queryClient = new QueryClient({
    defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } },
  });

  const worker = startWorker(streamWorker, 'stream');
  const channel = new MessageChannel();
  let pending: (() => void) | null = null;
  const stream = new StreamLink(
    { control, market, link, clock, statistics },
    {
      post: (message, transfer) => worker.postMessage(message, transfer ?? []),
      beforePicture: (run) => {
        if (document.hidden) {
          run();
          return;
        }
        const asked = performance.now();
        const paint = (): void => {
          pending = null;
          run();
          drew(performance.now() - asked);
        };
        pending = paint;
        requestAnimationFrame(() => pending?.());
      },
      randomId: () => crypto.randomUUID(),
      drew: () => undefined,
    },
  );
  worker.onmessage = (event: MessageEvent<FromStream>) => stream.receive(event.data);
  worker.onerror = () => link.notice('The stream worker failed to start. Reload the page.', 'refused');
  const computeLink = new ComputeLink(compute, channel.port2, storedBackend());
  const analyses = new AnalysisLink(computeLink, storedBackend());
  const prices = new PricesLink(computeLink);
  worker.postMessage(
    { kind: 'start', url: location.origin, client: consoleVersion(), compute: channel.port1 },
    [channel.port1],
  );

  const halt = createHaltDelivery({
    sendBySocket: (envelope) => stream.sendEnvelope(envelope, 2000),
    sendByHttp: pressByHttp,
    monotonic: () => performance.now(),
    wallMicros: () => Date.now() * 1000,
    every: (ms, run) => {
      // A hidden page slows its own timers but not the worker's; a dead worker stops only the worker's.
      const timer = setInterval(run, ms);
      const stopBeats = stream.every(ms, run);
      return () => {
        clearInterval(timer);
        stopBeats();
      };
    },
    randomId: () => crypto.randomUUID(),
  });
  control.subscribe(({ state }) => {
    if (!state) return;
    halt.seen(state.halt.gateOpen ? null : state.halt.haltId);
    if (state.halt.phase === 'trading') halt.clear();
  });
  control.subscribe(({ session }, before) => {
    if (session && session !== before.session) sessions.set(session);
  });
  control.subscribe(({ state }, before) => {
    // Another market's figures are no history of this one.
    if (before.state && state && state.origins.data !== before.state.origins.data) tabHistory.forget();
  });
  sessions.subscribe(({ session, life }, before) => {
    // Another window of this session may have acted or renewed it: the server knows.
    if (session && life !== before.life) otherWindows.ask();
  });
  const otherWindows = atMost(SESSION_AGAIN_MS, () => refreshed(readSession()));
  const refreshed = (answer: ReturnType<typeof readSession>): void => {
    answer.then(
      (reply) => {
        if (reply.ok) sessions.set(reply.value);
      },
      () => undefined,
    );
  };
  watchActivity(sessions, () => refreshed(reportActivity()));
  const candles = atMost(
    CANDLES_AGAIN_MS,
    () => void queryClient.invalidateQueries({ queryKey: ['candles'] }),
  );
  watchForHoles({ control, market, link }, candles.ask);
  const replay = createReplayDrive({
    command: (command) => stream.command(command),
    refused: (sentence) => link.notice(sentence ?? NOT_DELIVERED, 'refused'),
    atMost,
    later: (ms, run) => void setTimeout(run, ms),
  });
  watchReplay(control, {
    told: (view) => replay.heard(view),
    begunAnew: () => void queryClient.resetQueries({ queryKey: ['candles'] }),
    arrived: candles.ask,
  });
  watchHorizons({ market, statistics, preferences, clock, horizons });
  startCheckWatch({ crossCheck, computeLink, compute, sessions, control, clock });
  const audit = startAudit({ control, clock });

  setInterval(() => {
    clock.beat();
    control.beat();
    sessions.beat(clock.getState().estimatedNow);
  }, BEAT_MS);
  document.addEventListener('visibilitychange', () => {
    // A picture that will not come must not hold back the credit.
    if (document.hidden) pending?.();
    stream.visible(!document.hidden);
    // Nothing came while it was hidden.
    if (!document.hidden) candles.ask();
    computeLink.send({ kind: 'visible', visible: !document.hidden });
    analyses.visible(!document.hidden);
  });

  return {
    preferences,
    control,
    market,
    statistics,
    horizons,
    tabHistory,
    link,
    compute,
    crossCheck,
    pageHealth,
    clock,
    layout,
    sessions,
    stepUp,
    queryClient,
    stream,
    computeLink,
    analyses,
    prices,
    returnsOf: createReturnsOf(),
    halt,
    replay,
    ...audit,
  };
}

export type Services = ReturnType<typeof startServices>;
export const ServicesContext = createContext<Services | null>(null);

export function useServices(): Services {
  const services = use(ServicesContext);
  if (!services) throw new Error('the services are not provided');
  return services;
}

type StoreName = {
  [K in keyof Services]: Services[K] extends Pick<StoreApi<unknown>, 'getState' | 'subscribe'> ? K : never;
}[keyof Services];
type StateOf<K extends StoreName> = ReturnType<Services[K]['getState']>;

/** A value of one of the stores; the component draws again only when it changes. */
export function useView<K extends StoreName, T>(name: K, select: (view: StateOf<K>) => T): T {
  const store = useServices()[name] as unknown as StoreApi<StateOf<K>>;
  return useStore(store, select);
}
