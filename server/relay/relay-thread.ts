/** Main's handle on the relay's thread: starts it, feeds it, and starts it again when it dies. */
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import type { ControlChange, ControlState } from '../../protocol/messages.ts';
import type { Reply } from '../../protocol/commands.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { Cancel, Clock } from '../clock.ts';
import { ensureNever } from '../../protocol/assert.ts';
import type { CertificateNews } from './certificate-watch.ts';
import type {
  ControlToRelay,
  FeedsToRelay,
  Port,
  RelaySettings,
  RelayStats,
  RelayToControl,
  RelayToFeeds,
} from './port.ts';

export interface RelayThreadParts {
  /** The built entry, `relay-thread.js`. */
  readonly entry: URL | string;
  readonly settings: RelaySettings;
  readonly clock: Clock;
  /** To the feeds thread. It stays here: one that was handed over would die with the relay's thread. */
  readonly feeds: Port<FeedsToRelay, RelayToFeeds>;
  /** The control state now; changes published later continue its `seq`. */
  readonly state: () => { readonly seq: number; readonly state: ControlState };
  readonly identify: (
    cookie: string | null,
    address: string,
  ) => Promise<{ readonly session: SessionView; readonly sessionKey: string } | null>;
  readonly command: (envelope: unknown, cookie: string | null, address: string) => Promise<Reply>;
  readonly stats: (stats: RelayStats) => void;
  /** Of own TLS only: until when its certificate is good, and why a newer one is not served. */
  readonly certificate?: (news: CertificateNews) => void;
  /** It died (it is started again) or lives again: for the health row and its alarm. */
  readonly changed: (state: 'running' | 'crashed', sentence: string) => void;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5000;
/** So long alive and the next crash is retried quickly again. */
const STEADY_MS = 30_000;

/**
 * A crash of the relay changes no order: the control thread goes on, and the consoles come back to
 * the new thread, on the same port, by a snapshot.
 */
export class RelayThread {
  readonly #parts: RelayThreadParts;
  #worker: Worker | null = null;
  #feeds: MessagePort | null = null;
  #port: number;
  #stopped = false;
  #retryMs = FIRST_RETRY_MS;
  #cancelRetry: Cancel | null = null;
  #crashes = 0;

  constructor(parts: RelayThreadParts) {
    this.#parts = parts;
    this.#port = parts.settings.port;
    parts.feeds.on('message', (message) => this.#feeds?.postMessage(message));
  }

  /** How often it died since the start. */
  get crashes(): number {
    return this.#crashes;
  }

  /** The thread that serves now, for tests of its death. */
  get worker(): Worker | null {
    return this.#worker;
  }

  /** Resolves once it listens; refused when the port or the page is not to be had. */
  start(): Promise<Result<{ readonly port: number }>> {
    return new Promise((resolve) => this.#spawn(resolve));
  }

  publish(seq: number, change: ControlChange): void {
    this.#post({ kind: 'change', seq, change });
  }

  /** Replaces what every console knows; for what no change can say. */
  publishState(): void {
    this.#post({ kind: 'state', epoch: this.#parts.settings.epoch, ...this.#parts.state() });
  }

  revoke(sessionKey: string, sentence: string): void {
    this.#post({ kind: 'revoke', sessionKey, sentence });
  }

  /** The session has another cookie now: whoever connected with the old one connects anew. */
  reconnect(sessionKey: string): void {
    this.#post({ kind: 'reconnect', sessionKey });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    const worker = this.#worker;
    if (!worker) return;
    const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.#post({ kind: 'stop' });
    const cancel = this.#parts.clock.setTimer(1000, () => void worker.terminate());
    await gone;
    cancel();
  }

  #post(message: ControlToRelay): void {
    this.#worker?.postMessage(message);
  }

  #spawn(started: (result: Result<{ readonly port: number }>) => void): void {
    const { parts, bornAt } = { parts: this.#parts, bornAt: this.#parts.clock.monotonicMicros() };
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (message: RelayToFeeds) => parts.feeds.postMessage(message));
    const worker = new Worker(parts.entry, {
      workerData: { settings: { ...parts.settings, port: this.#port }, feeds: port2 },
      transferList: [port2],
    });
    this.#worker = worker;
    this.#feeds = port1;
    let sentence = 'The relay thread ended without saying why.';
    worker.on('message', (message: RelayToControl) => {
      if (message.kind === 'listening') {
        this.#port = message.port;
        parts.changed('running', `Serving consoles on port ${message.port}.`);
        started(ok({ port: message.port }));
      } else if (message.kind === 'fatal') {
        sentence = message.sentence;
        // At the first start it is for a person to mend; later it is a crash like another.
        started(refuse(message.code, message.sentence));
      } else this.#hear(worker, message);
    });
    worker.on('error', (error) => {
      sentence = `The relay thread died: ${error instanceof Error ? error.message : String(error)}`;
    });
    worker.on('exit', () => {
      port1.close();
      this.#worker = null;
      this.#feeds = null;
      started(refuse('relay-died', sentence));
      if (this.#stopped) return;
      this.#crashes += 1;
      parts.changed('crashed', sentence);
      const lived = (parts.clock.monotonicMicros() - bornAt) / 1000;
      this.#retryMs = lived > STEADY_MS ? FIRST_RETRY_MS : Math.min(this.#retryMs * 2, LAST_RETRY_MS);
      this.#cancelRetry = parts.clock.setTimer(this.#retryMs, () => this.#spawn(() => undefined));
    });
    this.publishState();
  }

  #hear(worker: Worker, message: Exclude<RelayToControl, { kind: 'listening' | 'fatal' }>): void {
    const { identify, command, stats } = this.#parts;
    // An answer goes to the thread that asked, never to its successor, whose numbers are its own.
    const answer = (reply: ControlToRelay): void => worker.postMessage(reply);
    switch (message.kind) {
      case 'identify':
        void identify(message.cookie, message.address)
          .catch(() => null)
          .then((identity) => {
            const { session, sessionKey } = identity ?? { session: null, sessionKey: null };
            answer({ kind: 'identified', id: message.id, session, sessionKey });
          });
        return;
      case 'command':
        void command(message.envelope, message.cookie, message.address).then(
          (reply) => answer({ kind: 'reply', id: message.id, reply }),
          () => {
            const sentence = 'The server failed to carry this out; its own log says more.';
            answer({
              kind: 'reply',
              id: message.id,
              reply: { ok: false, code: 'failed', sentence, rule: null },
            });
          },
        );
        return;
      case 'stats':
        stats(message.stats);
        return;
      case 'certificate':
        this.#parts.certificate?.(message);
        return;
      default:
        ensureNever(message);
    }
  }
}
