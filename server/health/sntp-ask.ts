/** Asks one time server over UDP. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { refuse, type Result } from '../../protocol/result.ts';
import type { Clock } from '../clock.ts';
import { isAnswerTo, question, readAnswer, type TimeReading } from './sntp.ts';

const NTP_PORT = 123;

export type AskTime = (server: string) => Promise<Result<TimeReading>>;

/** `server` as the configuration writes it: a name or an address, with a port where it is not 123. */
export function timeAsker(clock: Clock, waitMs = 1000): AskTime {
  return async (server) => {
    const { host, port } = hostAndPort(server);
    let found;
    try {
      found = await lookup(host);
    } catch {
      return refuse('no-name', 'its name is not known');
    }
    const { address, family } = found;
    return new Promise((resolve) => {
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
      const nonce = randomBytes(8);
      let sentAt = 0;
      const done = (result: Result<TimeReading>): void => {
        cancel();
        socket.removeAllListeners().on('error', () => undefined);
        socket.close();
        resolve(result);
      };
      const cancel = clock.setTimer(waitMs, () => done(refuse('silent', 'it does not answer')));
      socket.on('error', () => done(refuse('unreachable', 'it cannot be reached')));
      socket.on('message', (packet) => {
        const arrivedAt = clock.monotonicMicros();
        if (isAnswerTo(packet, nonce)) done(readAnswer(packet, sentAt, arrivedAt));
      });
      // Connected, so that the system passes on what comes from there and from nowhere else.
      socket.connect(port, address, () => {
        sentAt = clock.monotonicMicros();
        socket.send(question(nonce));
      });
    });
  };
}

function hostAndPort(server: string): { host: string; port: number } {
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(server);
  const plain = /^([^:]+)(?::(\d+))?$/.exec(server);
  const [, host = server, port] = bracketed ?? plain ?? [];
  return { host, port: port === undefined ? NTP_PORT : Number(port) };
}
