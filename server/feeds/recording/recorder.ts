import type { Clock } from '../../clock.ts';
import type { WireTap } from '../wire-tap.ts';
import { lineOf } from './format.ts';
import type { RecordingFile } from './recording-file.ts';

/** Writes all that a feed hears and says into a recording, with the time it passed. */
export class Recorder implements WireTap {
  readonly #file: Pick<RecordingFile, 'add'>;
  readonly #clock: Clock;
  readonly counts = { connections: 0, sent: 0, received: 0, answers: 0 };

  constructor(file: Pick<RecordingFile, 'add'>, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
  }

  opened(url: string): number {
    this.counts.connections += 1;
    this.#file.add(lineOf.connect(this.#clock.wallMicros(), this.counts.connections, url));
    return this.counts.connections;
  }

  sent(connection: number, text: string): void {
    this.counts.sent += 1;
    this.#file.add(lineOf.send(this.#clock.wallMicros(), connection, text));
  }

  received(connection: number, bytes: Uint8Array): void {
    this.counts.received += 1;
    this.#file.add(lineOf.recv(this.#clock.wallMicros(), connection, bytes));
  }

  closed(connection: number, reason: string): void {
    this.#file.add(lineOf.close(this.#clock.wallMicros(), connection, reason));
  }

  answered(url: string, status: number, body: string): void {
    this.counts.answers += 1;
    this.#file.add(lineOf.http(this.#clock.wallMicros(), url, status, body));
  }
}
