import type { WebSocket } from 'ws';
import type { SendFrame } from './loopback.ts';
import type { RecordedConnection } from './recording-survey.ts';

/** A socket of our feed, which takes the place of one connection of the recorder after another. */
export interface Seat {
  readonly socket: WebSocket;
  readonly send: SendFrame;
  readonly path: string;
  /** Frames it sent that no recorded one was found for yet. */
  readonly sent: string[];
  firstSent: string | null;
  connection: RecordedConnection | null;
}

/** Which of our feed's sockets sits where which connection of the recorder was. */
export class Seats {
  readonly #seats = new Set<Seat>();
  readonly #open = new Map<number, RecordedConnection>();

  add(socket: WebSocket, send: SendFrame, path: string): Seat {
    const seat: Seat = { socket, send, path, sent: [], firstSent: null, connection: null };
    this.#seats.add(seat);
    return seat;
  }

  remove(seat: Seat): void {
    this.#seats.delete(seat);
  }

  of(connection: number): Seat | null {
    for (const seat of this.#seats) if (seat.connection?.number === connection) return seat;
    return null;
  }

  /** The recorder opened this connection: a seat that waits for it takes it. */
  opened(connection: RecordedConnection): Seat | null {
    this.#open.set(connection.number, connection);
    const free = [...this.#seats].find((seat) => seat.connection === null && fits(seat, connection));
    if (free) free.connection = connection;
    return free ?? null;
  }

  /**
   * The recorder's connection is gone. Where the recorder had its successor running already, the
   * seat goes on with that; null = nobody sat there, or the seat's socket is to be closed.
   */
  closed(number: number): { readonly seat: Seat; readonly goesOn: boolean } | null {
    const connection = this.#open.get(number);
    this.#open.delete(number);
    const seat = this.of(number);
    if (!seat || !connection) return null;
    seat.connection = this.#untaken((one) => isSame(one, connection));
    // Its socket is as good as gone: it takes no other connection's place.
    if (!seat.connection) this.#seats.delete(seat);
    return { seat, goesOn: seat.connection !== null };
  }

  /** For a seat that came while its connection was long open: the one that nobody sits at. */
  late(seat: Seat): RecordedConnection | null {
    seat.connection ??= this.#untaken((one) => fits(seat, one));
    return seat.connection;
  }

  /** True when the recorder already had a connection like this one, which still runs. */
  isSuccessor(connection: RecordedConnection): boolean {
    return [...this.#open.values()].some(
      (one) => one.number < connection.number && isSame(one, connection) && this.of(one.number) !== null,
    );
  }

  #untaken(wanted: (connection: RecordedConnection) => boolean): RecordedConnection | null {
    const free = [...this.#open.values()].filter((one) => this.of(one.number) === null);
    return free.find(wanted) ?? null;
  }
}

function fits(seat: Seat, connection: RecordedConnection): boolean {
  if (seat.path !== connection.path) return false;
  return connection.firstSent === null || seat.firstSent === connection.firstSent;
}

function isSame(one: RecordedConnection, other: RecordedConnection): boolean {
  return one.path === other.path && one.firstSent === other.firstSent;
}
