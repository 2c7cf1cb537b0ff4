/**
 * One at a time, in order: who decides on what is there must find it so when it is done. Two who
 * make an account of one name at once would each find that there is none yet.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work, work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
