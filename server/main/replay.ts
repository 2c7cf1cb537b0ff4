import type { ReplayCommand, ReplayView } from '../../protocol/replay.ts';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { AuditBroken } from '../audit/log.ts';
import type { AuditEntry } from '../audit/record.ts';
import { askedBy, type Who } from '../audit/who.ts';

export interface ReplayDeskParts {
  readonly log: { append(entry: AuditEntry): Promise<void> };
  /** Tells the feeds; false when none heard it. */
  readonly drive: (command: ReplayCommand) => boolean;
  readonly moved: (view: ReplayView) => void;
  /** A new generation: nothing of it continues what consoles were shown, who start from the whole state. */
  readonly begunAnew: () => void;
}

type Standing = Pick<ReplayView, 'position' | 'speed' | 'paused'>;

/** What is replayed, as the feeds say it, and who moved it: on disk before it moves. */
export class ReplayDesk {
  readonly #parts: ReplayDeskParts;
  #view: ReplayView | null = null;

  constructor(parts: ReplayDeskParts) {
    this.#parts = parts;
  }

  /** Null: nothing is replayed, or its recordings are still being read. */
  get view(): ReplayView | null {
    return this.#view;
  }

  /** The feeds' own word. */
  is(view: ReplayView): void {
    const before = this.#view;
    this.#view = view;
    if (before !== null && before.generation !== view.generation) this.#parts.begunAnew();
    else this.#parts.moved(view);
  }

  async drive(command: ReplayCommand, who: Who): Promise<Result<string>> {
    const before = this.#view;
    if (!before) return refuse('no-replay', 'No recording is played here: there is nothing to move.');
    const refusal = pointless(command, before);
    if (refusal !== null) return refuse('replay-there', refusal);
    const { action, after, sentence } = moved(command, before);
    try {
      await this.#parts.log.append({
        ...askedBy(who),
        action,
        scope: 'replay',
        details: {},
        before: standing(before),
        after,
      });
    } catch (error) {
      if (!(error instanceof AuditBroken)) throw error;
      return refuse('audit-broken', 'The audit log can’t be written, so the replay stays as it is.');
    }
    if (this.#parts.drive(command)) return ok(sentence);
    return refuse('no-feeds', 'The feeds thread is being started again; try once more in a moment.');
  }
}

/** Why a command would change nothing; null when it would. */
function pointless(command: ReplayCommand, { paused, phase, firstAt, lastAt }: ReplayView): string | null {
  switch (command.type) {
    case 'replay.pause':
      return paused ? 'The replay is paused already.' : null;
    case 'replay.resume':
      if (phase === 'ended') return 'The replay is at its end: move it to an earlier time.';
      return paused ? null : 'The replay is playing already.';
    case 'replay.speed':
      return null;
    case 'replay.seek':
      return command.to < firstAt || command.to > lastAt
        ? `Nothing was recorded at ${text(command.to)}: the recordings go from ${text(firstAt)} to ${text(lastAt)}.`
        : null;
  }
}

function moved(
  command: ReplayCommand,
  view: ReplayView,
): { readonly action: string; readonly after: Standing; readonly sentence: string } {
  const now = standing(view);
  switch (command.type) {
    case 'replay.pause':
      return { action: 'replay.paused', after: { ...now, paused: true }, sentence: 'The replay is paused.' };
    case 'replay.resume':
      return { action: 'replay.resumed', after: { ...now, paused: false }, sentence: 'The replay goes on.' };
    case 'replay.speed': {
      const { speed } = command;
      const pace = speed === null ? 'as fast as it can be read' : `at ${speed} × the recorded pace`;
      return { action: 'replay.speed', after: { ...now, speed }, sentence: `The replay plays ${pace}.` };
    }
    case 'replay.seek': {
      const sentence = `The replay goes to ${text(command.to)}.`;
      return { action: 'replay.sought', after: { ...now, position: command.to }, sentence };
    }
  }
}

const standing = ({ position, speed, paused }: ReplayView): Standing => ({ position, speed, paused });

/** Of a recording's time, µs since 1970. */
const text = (micros: number): string =>
  `${new Date(micros / 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
