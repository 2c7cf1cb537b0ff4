/** A time server on this machine that tells the truth, or lies in the way a test wants. */
import { createSocket, type Socket } from 'node:dgram';
import { PACKET_BYTES } from '../sntp.ts';

export interface Lie {
  /** By how much its own clock is wrong, µs. */
  readonly offMicros?: number;
  readonly stratum?: number;
  readonly leap?: number;
  readonly kiss?: string;
  readonly rootDispersionSeconds?: number;
  /** µs that it claims to have held the question. */
  readonly heldMicros?: number;
  /** Changes the finished answer. */
  readonly twist?: (answer: Buffer) => Buffer[];
}

/** An answer at `nowMicros` (µs since 1970) to `question`. */
export function answerTo(question: Buffer, nowMicros: number, lie: Lie = {}): Buffer {
  const answer = Buffer.alloc(PACKET_BYTES);
  answer[0] = ((lie.leap ?? 0) << 6) | (4 << 3) | 4;
  answer[1] = lie.kiss === undefined ? (lie.stratum ?? 2) : 0;
  answer.writeInt8(-20, 3);
  answer.writeUInt32BE(Math.round((lie.rootDispersionSeconds ?? 0.001) * 65_536), 8);
  answer.write(lie.kiss ?? 'TEST', 12, 'latin1');
  question.copy(answer, 24, 40, 48);
  const now = nowMicros + (lie.offMicros ?? 0);
  writeTime(answer, 32, now - (lie.heldMicros ?? 0));
  writeTime(answer, 40, now);
  return answer;
}

function writeTime(packet: Buffer, at: number, micros: number): void {
  const seconds = Math.floor(micros / 1e6);
  packet.writeUInt32BE((seconds + 2_208_988_800) % 2 ** 32, at);
  packet.writeUInt32BE(Math.floor(((micros - seconds * 1e6) / 1e6) * 2 ** 32), at + 4);
}

export class TimeServer {
  lie: Lie = {};
  asked = 0;
  readonly #socket: Socket = createSocket('udp4');
  readonly #now: () => number;

  /** `now`: true UTC, µs. */
  constructor(now: () => number) {
    this.#now = now;
    this.#socket.on('message', (question, from) => {
      this.asked += 1;
      const answer = answerTo(question, this.#now(), this.lie);
      for (const packet of this.lie.twist?.(answer) ?? [answer])
        this.#socket.send(packet, from.port, from.address);
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#socket.bind(0, '127.0.0.1', resolve));
    return this;
  }

  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  close(): void {
    this.#socket.close();
  }
}
