import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import type { RecordedConnection } from './recording-survey.ts';
import { Seats, type Seat } from './seats.ts';

const socket = Object.create(null) as WebSocket;
const connection = (number: number, path: string, firstSent: string | null): RecordedConnection => ({
  number,
  path,
  firstSent,
});
const sit = (seats: Seats, path: string, firstSent: string): Seat => {
  const seat = seats.add(socket, () => null, path);
  seat.firstSent = firstSent;
  return seat;
};

describe('the places of the recorder’s connections', () => {
  it('two connections to one path are told apart by what was sent first', () => {
    const seats = new Seats();
    const b = sit(seats, '/ws', 'subscribe B');
    const a = sit(seats, '/ws', 'subscribe A');
    expect(seats.opened(connection(1, '/ws', 'subscribe A'))).toBe(a);
    expect(seats.opened(connection(2, '/ws', 'subscribe B'))).toBe(b);
    expect(seats.opened(connection(3, '/other', null))).toBe(null);
  });

  it('a socket that lost its connection takes no other one’s place', () => {
    const seats = new Seats();
    sit(seats, '/ws', 'x');
    seats.opened(connection(1, '/ws', 'x'));
    expect(seats.closed(1)).toMatchObject({ goesOn: false });
    expect(seats.opened(connection(2, '/ws', 'x'))).toBe(null);
    const next = sit(seats, '/ws', 'x');
    expect(seats.late(next)).toMatchObject({ number: 2 });
  });

  it('where the recorder had the next connection running already, its seat goes on with that', () => {
    const seats = new Seats();
    const seat = sit(seats, '/ws', 'x');
    seats.opened(connection(1, '/ws', 'x'));
    expect(seats.opened(connection(2, '/ws', 'x'))).toBe(null);
    expect(seats.isSuccessor(connection(2, '/ws', 'x'))).toBe(true);
    expect(seats.isSuccessor(connection(3, '/ws', 'y'))).toBe(false);
    expect(seats.closed(1)).toEqual({ seat, goesOn: true });
    expect(seats.of(2)).toBe(seat);
  });
});
