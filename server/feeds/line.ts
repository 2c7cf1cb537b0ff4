import type { Refusal } from '../../protocol/result.ts';
import type { Instrument } from '../../protocol/instrument.ts';
import { Connection } from './connection.ts';
import type { LinePlan } from './dialect.ts';
import type { FeedOptions } from './feed-options.ts';
import { Intake } from './intake.ts';
import type { Market } from './market.ts';
import type { OffsetMeter } from './offset-meter.ts';
import type { Refusals } from './refusals.ts';
import { Session, type SessionEffect } from './session.ts';

export interface LineListener {
  /** A frame arrived, before it is read. */
  onFrame(): void;
  onTaken(market: Market): void;
  /** Everything is subscribed: books can be built. */
  onSubscribed(line: Line): void;
  /** The connection is gone: no number of it counts any more. */
  onLost(line: Line): void;
  /** Its phase may have changed. */
  onChange(): void;
}

export interface LineParts {
  readonly options: Pick<FeedOptions, 'dialect' | 'random' | 'time'>;
  readonly instruments: readonly Instrument[];
  readonly markets: readonly Market[];
  readonly offset: OffsetMeter;
  readonly refusals: Refusals;
}

/** One connection of a feed: its session decides, its socket acts, its intake reads what comes. */
export class Line {
  readonly plan: LinePlan;
  readonly session: Session;
  readonly #parts: LineParts;
  readonly #listener: LineListener;
  readonly #connection: Connection;
  #intake: Intake;

  constructor(plan: LinePlan, parts: LineParts, listener: LineListener) {
    this.plan = plan;
    this.#parts = parts;
    this.#listener = listener;
    const { dialect, random, time } = parts.options;
    this.session = new Session(dialect.rules, plan.subscribe, random, time.jitterMs);
    this.#intake = this.#freshIntake(0);
    this.#connection = new Connection(plan.url, {
      onOpen: (generation) => this.#act(this.session.opened(generation, time.paceMs())),
      onFrame: (generation, bytes) => this.#onFrame(generation, bytes),
      onBeat: (generation) => void this.session.frame(generation, time.paceMs()),
      onClose: (generation, sentence) => this.#act(this.session.closed(generation, sentence, time.paceMs())),
    });
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

  /** Has the book of an instrument sent anew. */
  resubscribe(market: Market): void {
    this.session.ask(this.plan.resubscribe(market.index));
  }

  #now(): number {
    return this.#parts.options.time.paceMs();
  }

  /** A decoder may know where its connection is: a new one for each. */
  #freshIntake(generation: number): Intake {
    const { options, instruments, markets, offset, refusals } = this.#parts;
    return new Intake(options.dialect.decoder(instruments), markets, offset, refusals, {
      onTaken: (market) => this.#listener.onTaken(market),
      onReply: (key, refusal) => this.#onReply(generation, key, refusal),
      onBroken: (error) => this.abandon(error.sentence),
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
        case 'lost':
          this.#listener.onLost(this);
          break;
      }
    }
    if (effects.length > 0) this.#listener.onChange();
  }
}
