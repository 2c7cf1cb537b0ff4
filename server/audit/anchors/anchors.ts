import type { AnchorView } from '../../../protocol/audit.ts';
import type { Cancel, Clock } from '../../clock.ts';
import type { RowReading } from '../../health/rows.ts';
import { HeadVerifier } from '../tools/head-verifier.ts';
import type { LogProofs } from '../log-proofs.ts';
import type { Head } from '../signer.ts';
import type { Anchor } from './anchor.ts';
import { AnchorKeeper } from './keeper.ts';
import { anchorsRow } from './row.ts';

export interface AnchorsParts {
  readonly clock: Clock;
  readonly log: Pick<LogProofs, 'head' | 'rootAt' | 'onHead' | 'verifier' | 'headTrouble'>;
  readonly anchors: readonly Anchor[];
  readonly everySeconds: number;
  /** One of them has more, fails or works again. */
  readonly changed: () => void;
}

/** So long a clean stop waits for the last head to be put elsewhere. */
const CLOSE_MS = 3000;
/** A database that is being opened can't say yet what it has. */
const CHECK_RETRY_MS = 5000;

/**
 * Puts the log's newest head elsewhere: at a start, each `everySeconds` while it moves, at each halt
 * and at a clean stop. Nothing waits for it, and an anchor that fails holds no other up.
 */
export class Anchors {
  readonly #parts: AnchorsParts;
  readonly #keepers: readonly AnchorKeeper[];
  readonly #stops: Cancel[] = [];
  #newest: Head | null;
  /** An urgent call came: the head that covers it is the next one. */
  #urgent = false;
  #closed = false;

  constructor(parts: AnchorsParts) {
    const { clock, log, anchors, everySeconds, changed } = parts;
    this.#parts = parts;
    this.#keepers = anchors.map((anchor) => new AnchorKeeper(anchor, clock, changed));
    this.#newest = log.head();
    this.#stops.push(
      log.onHead((head) => {
        this.#newest = head;
        if (this.#urgent || this.#closed) this.#put();
        this.#urgent = false;
      }),
      clock.setRepeating(everySeconds * 1000, () => this.#put()),
    );
  }

  /** Compares what each anchor has with the log, puts the newest head there, then keeps on. Returns at once. */
  start(): void {
    if (this.#newest) this.#put();
    else this.#urgent = true;
    for (const keeper of this.#keepers) void this.#check(keeper);
  }

  /** A halt: what is signed now is put elsewhere now, and the head over the halt as soon as it is signed. */
  soon(): void {
    this.#urgent = true;
    this.#put();
  }

  views(): AnchorView[] {
    return this.#keepers.map((keeper) => keeper.view());
  }

  row(): RowReading {
    const { clock, log } = this.#parts;
    const failing = this.#keepers.flatMap((keeper) => keeper.failing() ?? []);
    return anchorsRow({
      views: this.views(),
      failing,
      headTrouble: log.headTrouble(),
      size: this.#newest?.size ?? 0,
      now: clock.wallMicros(),
    });
  }

  /** After the log was closed and its last head signed: that one is put, or given up after 3 s. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#stops.splice(0)) stop();
    this.#newest = this.#parts.log.head();
    this.#put();
    let cancel: Cancel = () => undefined;
    const late = new Promise((done) => (cancel = this.#parts.clock.setTimer(CLOSE_MS, () => done(null))));
    await Promise.all(this.#keepers.map((keeper) => keeper.close(late)));
    cancel();
  }

  #put(): void {
    if (this.#newest) for (const keeper of this.#keepers) keeper.put(this.#newest);
  }

  /** Whether the log is still the one whose head the anchor has: if not, it was cut or written anew. */
  async #check(keeper: AnchorKeeper): Promise<void> {
    const { log, clock } = this.#parts;
    const found = await keeper.anchor.newest();
    if (this.#closed) return;
    if (!found.ok) {
      keeper.fails(found.error.sentence);
      this.#stops.push(clock.setTimer(CHECK_RETRY_MS, () => void this.#check(keeper)));
      return;
    }
    if (found.value === null) {
      keeper.isChecked(null);
      return;
    }
    const { name } = keeper.anchor;
    const verifier = HeadVerifier.of(log.verifier);
    const head = verifier.ok ? verifier.value.headOf(found.value) : verifier;
    if (!head.ok) {
      keeper.disagrees(`The newest head at ${name} is not signed by this log’s key.`);
      return;
    }
    const { size, root, signedAt } = head.value;
    const ours = log.head()?.size ?? 0;
    if (size > ours) {
      keeper.disagrees(`${name} has a head over ${size} records; this log’s newest is over ${ours}.`);
    } else if (Buffer.compare(await log.rootAt(size), root) !== 0) {
      keeper.disagrees(`The first ${size} records are not those of the head at ${name}.`);
    } else keeper.isChecked({ size, at: signedAt });
  }
}
