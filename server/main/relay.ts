import type { ControlState } from '../../protocol/messages.ts';
import type { Auth } from '../auth/auth.ts';
import type { Clock } from '../clock.ts';
import type { Commands } from '../commands.ts';
import type { Config } from '../config/config.ts';
import { isByTls } from '../config/listening.ts';
import { RelayThread } from '../relay/relay-thread.ts';
import { consoleQuestions } from './consoles.ts';
import type { Diary } from './diary.ts';
import type { Observer } from './observer.ts';
import type { Places } from './places.ts';
import { tlsFiles } from './production.ts';
import type { Publisher } from './publisher.ts';

type Parts = ConstructorParameters<typeof RelayThread>[0];

export interface RelayWiring {
  readonly places: Places;
  readonly config: Config;
  readonly configFile: string;
  readonly pageDir: string | null;
  readonly clock: Clock;
  readonly shift: number;
  readonly run: string;
  readonly tables: Parts['settings']['tables'];
  readonly controlUrl: string;
  readonly relayKey: Parts['settings']['relayKey'];
  readonly feeds: Parts['feeds'];
  readonly auth: Auth;
  readonly commands: Commands;
  readonly publisher: Publisher;
  readonly observer: Observer;
  readonly diary: Diary;
  readonly state: () => ControlState;
}

/** The thread that pages talk to: who asks, what they may see, what they command. */
export function wireRelay(wiring: RelayWiring): RelayThread {
  const { places, config, configFile, pageDir, clock, shift, run, tables, controlUrl, relayKey } = wiring;
  const { feeds, auth, commands, publisher, observer, diary, state } = wiring;
  return new RelayThread({
    entry: places.relayEntry,
    settings: {
      tables,
      controlUrl,
      relayKey,
      host: config.console.host,
      port: config.console.port,
      pageDir: pageDir ?? places.pageDir,
      allowedHosts: config.console.allowedHosts,
      access: { ...config.console, tls: tlsFiles(config, configFile) },
      serverVersion: places.version,
      origins: config.origins,
      epoch: run,
      clockShiftMicros: shift,
    },
    clock,
    feeds,
    state: () => ({ seq: publisher.seq, state: state() }),
    ...consoleQuestions({ auth, commands, diary, secureCookies: isByTls(config.console) }),
    stats: (stats) => observer.relaySaid(stats),
    certificate: (news) => observer.certificateIs(news),
    changed: (is, sentence) => {
      if (is === 'crashed') diary.error({ sentence }, 'The relay thread ended.');
      observer.relayIs(is === 'crashed' ? sentence : null);
    },
  });
}
