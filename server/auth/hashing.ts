import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import { FairQueue } from './fair-queue.ts';
import type { HashReply, HashRequest } from './hashing-port.ts';

/** Hashing of passwords, as identity sees it. `owner`: who waits in whose row (an address, a user). */
export interface PasswordHashing {
  hash(password: string, owner: string): Promise<Result<string>>;
  verify(hash: string, password: string, owner: string): Promise<Result<boolean>>;
}

const MOST_AT_ONCE = 2;
const WAITING = { total: 400, perOwner: 100 };

type Question =
  | { readonly kind: 'hash'; readonly password: string }
  | { readonly kind: 'verify'; readonly password: string; readonly hash: string };
interface Job {
  readonly question: Question;
  readonly done: (reply: HashReply | null) => void;
}
interface Seat {
  worker: Worker;
  job: Job | null;
}

/**
 * Threads that hash: at most two, one less than the machine has cores, of low priority, started when
 * first needed; a bounded queue before them, its owners served in turn. A thread that dies takes its
 * one job with it and is started again by the next.
 */
export class HashingThreads implements PasswordHashing {
  readonly #entry: URL;
  readonly #seatsMax: number;
  readonly #queue = new FairQueue<Job>(WAITING);
  readonly #seats = new Set<Seat>();
  #id = 0;
  #closed = false;

  constructor(entry: URL, cores = availableParallelism()) {
    this.#entry = entry;
    this.#seatsMax = Math.max(1, Math.min(MOST_AT_ONCE, cores - 1));
  }

  async hash(password: string, owner: string): Promise<Result<string>> {
    const reply = await this.#ask({ kind: 'hash', password }, owner);
    return reply.ok && 'hash' in reply.value ? ok(reply.value.hash) : refusalOf(reply);
  }

  async verify(hash: string, password: string, owner: string): Promise<Result<boolean>> {
    const reply = await this.#ask({ kind: 'verify', password, hash }, owner);
    return reply.ok && 'isRight' in reply.value ? ok(reply.value.isRight) : refusalOf(reply);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) job.done(null);
    await Promise.all([...this.#seats].map(({ worker }) => worker.terminate()));
  }

  #ask(question: Question, owner: string): Promise<Result<HashReply>> {
    return new Promise((resolve) => {
      const done = (reply: HashReply | null): void =>
        resolve(reply ? ok(reply) : refuse('failed', 'The password could not be checked; try again.'));
      if (this.#closed || !this.#queue.push(owner, { question, done })) {
        resolve(refuse('busy', 'Too many people are signing in just now; try again in a few seconds.'));
        return;
      }
      this.#serve();
    });
  }

  #serve(): void {
    const idle = [...this.#seats].find(({ job }) => job === null);
    const seat = idle ?? (this.#seats.size < this.#seatsMax ? this.#open() : null);
    const job = seat ? this.#queue.shift() : null;
    if (!seat || !job) return;
    seat.job = job;
    const request: HashRequest = { id: ++this.#id, ...job.question };
    seat.worker.postMessage(request);
  }

  #open(): Seat {
    const worker = new Worker(this.#entry, { name: 'hashing' });
    // It never keeps the process from ending.
    worker.unref();
    const seat: Seat = { worker, job: null };
    const end = (reply: HashReply | null): void => {
      const { job } = seat;
      seat.job = null;
      job?.done(reply);
    };
    worker.on('message', (reply: HashReply) => {
      end(reply);
      this.#serve();
    });
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      this.#seats.delete(seat);
      end(null);
      if (!this.#closed && this.#queue.size > 0) this.#serve();
    });
    this.#seats.add(seat);
    return seat;
  }
}

function refusalOf(reply: Result<HashReply>): Result<never> {
  if (!reply.ok) return reply;
  return refuse('failed', 'The password could not be checked; try again.');
}
