import type { Instrument } from '../../protocol/instrument.ts';
import type { Refusal } from '../../protocol/result.ts';
import { Connection } from './connection.ts';
import type { ChannelMeters } from './channel-meters.ts';
import type { ConnectionBudget } from './connection-budget.ts';
import type { LinePlan, MessageKind } from './dialect.ts';
import type { FeedOptions } from './feed-options.ts';
import { Intake } from './intake.ts';
import type { MarketMessage } from './market-message.ts';
import type { Market } from './market.ts';
import type { OffsetMeter } from './offset-meter.ts';
import type { Refusals } from './refusals.ts';
import { Session, type SessionEffect } from './session.ts';

/** What a link tells the line that it belongs to. */
export interface LinkListener {
  /** A frame arrived, before it is read. */
  onFrame(): void;
  /** Whether a good message counts that came over this link. */
  admits(link: Link, kind: MessageKind, market: Market, message: MarketMessage): boolean;
  /** Two links tell the same: what comes again is not worth a word. */
  readonly isDoubled: boolean;
  onTaken(market: Market): void;
  onSubscribed(link: Link): void;
  /** Its connection is gone: no number of it counts any more. */
  onLost(link: Link): void;
  /** Something that came over it is missing: none of its books is whole. */
  onBroken(link: Link, error: Refusal): void;
  /** Its connection should be replaced while it still runs. */
  onAged(link: Link): void;
  /** Its phase may have changed. */
  onChange(): void;
}

export interface LinkParts {
  readonly options: Pick<FeedOptions, 'dialect' | 'random' | 'time' | 'tap' | 'headers'>;
  readonly connections: ConnectionBudget;
  readonly instruments: readonly Instrument[];
  readonly markets: readonly Market[];
  readonly offset: OffsetMeter;
  readonly refusals: Refusals;
  readonly channels: ChannelMeters;
}

/** A session with its effects: it decides, its socket acts, its intake reads what comes. */
export class Link {
  readonly session: Session;
  readonly #parts: LinkParts;
  readonly #listener: LinkListener;
  readonly #connection: Connection;
  #intake: Intake;

  constructor(plan: LinePlan, parts: LinkParts, listener: LinkListener) {
    this.#parts = parts;
    this.#listener = listener;
    const { connections } = parts;
    const { dialect, random, time, tap, headers } = parts.options;
    this.session = new Session({
      rules: dialect.rules,
      frames: plan.subscribe,
      connections,
      random,
      jitterMs: () => time.jitterMs,
    });
    this.#intake = this.#freshIntake(0);
    this.#connection = new Connection(
      plan.url,
      {
        onOpen: (generation) => this.#act(this.session.opened(generation, time.paceMs())),
        onFrame: (generation, bytes) => this.#onFrame(generation, bytes),
        onBeat: (generation) => void this.session.frame(generation, time.paceMs()),
        onClose: (generation, sentence) =>
          this.#act(this.session.closed(generation, sentence, time.paceMs())),
      },
      { headers, tap },
    );
  }

  start(): void {
    this.#act(this.session.start(this.#now()));
  }

  stop(): void {
    this.#act(this.session.stop());
  }

  tick(everyMs: number): void {
    this.#act(this.session.tick(this.#now(), everyMs));
  }

  /** What comes over it is not whole: another connection, after a wait. */
  abandon(sentence: string): void {
    this.#act(this.session.abandon(sentence, this.#now()));
  }

  #now(): number {
    return this.#parts.options.time.paceMs();
  }

  /** A decoder may know where its connection is: a new one for each. */
  #freshIntake(generation: number): Intake {
    const { options, instruments, markets, offset, refusals, channels } = this.#parts;
    const listener = this.#listener;
    return new Intake(options.dialect.decoder(instruments), markets, offset, refusals, channels, {
      admits: (kind, market, message) => listener.admits(this, kind, market, message),
      isDoubled: () => listener.isDoubled,
      onTaken: (market) => listener.onTaken(market),
      onReply: (key, refusal) => this.#onReply(generation, key, refusal),
      onBroken: (error) => listener.onBroken(this, error),
    });
  }

  #onFrame(generation: number, bytes: Uint8Array): void {
    const now = this.#now();
    if (!this.session.frame(generation, now)) return;
    this.#listener.onFrame();
    this.#intake.frame(bytes, this.#parts.options.time.wallMicros(), now);
  }

  #onReply(generation: number, key: string | null, refusal: Refusal | null): void {
    this.#act(this.session.answered(generation, key, refusal?.sentence ?? null, this.#now()));
  }

  #act(effects: readonly SessionEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case 'open':
          this.#intake = this.#freshIntake(effect.generation);
          this.#connection.open(effect.generation);
          break;
        case 'close':
          this.#connection.close(effect.generation);
          break;
        case 'send':
          this.#connection.send(effect.generation, effect.text);
          break;
        case 'ping':
          this.#connection.ping(effect.generation);
          break;
        case 'subscribed':
          this.#listener.onSubscribed(this);
          break;
        case 'aged':
          this.#listener.onAged(this);
          break;
        case 'lost':
          this.#listener.onLost(this);
          break;
      }
    }
    if (effects.length > 0) this.#listener.onChange();
  }
}
