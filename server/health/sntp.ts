/**
 * One question to a time server and its answer (SNTP, RFC 4330; the packet of RFC 5905). Pure: the
 * times of sending and arrival are the monotonic clock's, so that a step of the wall clock between
 * them is no error.
 */
import { ok, refuse, type Result } from '../../protocol/result.ts';

export const PACKET_BYTES = 48;
const UNIX_IN_NTP = 2_208_988_800;
const ERA_SECONDS = 2 ** 32;
const MAX_ROOT_MICROS = 1_500_000;

/** What one server says of UTC. */
export interface TimeReading {
  /** UTC, µs since 1970, when this machine's monotonic clock read 0. */
  readonly utcAtZero: number;
  /** It can be wrong by no more than this, if the server is honest: half the way, and all its own error. */
  readonly boundMicros: number;
  readonly delayMicros: number;
  readonly stratum: number;
}

/** `nonce`, 8 bytes: stands where the client's time would, which is nobody's business. */
export function question(nonce: Uint8Array): Buffer {
  const packet = Buffer.alloc(PACKET_BYTES);
  packet[0] = 0x23;
  packet.set(nonce, 40);
  return packet;
}

/** An answer to another question, or none at all: to be passed over, the right one may still come. */
export const isAnswerTo = (packet: Uint8Array, nonce: Uint8Array): boolean =>
  packet.length >= PACKET_BYTES && Buffer.compare(packet.subarray(24, 32), nonce) === 0;

/** `sentAt`, `arrivedAt`: monotonic µs. */
export function readAnswer(packet: Buffer, sentAt: number, arrivedAt: number): Result<TimeReading> {
  const first = packet.readUInt8(0);
  const stratum = packet.readUInt8(1);
  if ((first & 7) !== 4 || ((first >> 3) & 7) < 3) return refuse('not-time', 'it is no time server');
  if (stratum === 0) {
    const code = packet.toString('latin1', 12, 16).replace(/[^A-Z]/g, '');
    return refuse(`kiss-${code.toLowerCase()}`, `it refuses to be asked (${code || 'no reason given'})`);
  }
  if (stratum > 15 || first >> 6 === 3) return refuse('unsynchronised', 'it is not synchronised itself');
  const rootDelay = Math.abs(packet.readInt32BE(4) / 65_536) * 1e6;
  const rootDispersion = (packet.readUInt32BE(8) / 65_536) * 1e6;
  const root = rootDelay / 2 + rootDispersion;
  if (root > MAX_ROOT_MICROS) return refuse('far', 'it is itself more than 1.5 s from its source');
  const received = timestamp(packet, 32);
  const transmitted = timestamp(packet, 40);
  if (received === null || transmitted === null) return refuse('not-time', 'it gives no time');
  const precision = Math.min(2 ** packet.readInt8(3) * 1e6, 1e6);
  const held = transmitted - received;
  const delay = arrivedAt - sentAt - held;
  if (held < 0) return refuse('backwards', 'it answered before it was asked');
  // The way there and back takes time; only a server that misstates its own can take more than it all.
  if (delay < -precision)
    return refuse('backwards', 'it says it held the question longer than the answer took');
  const delayMicros = Math.max(0, delay);
  return ok({
    utcAtZero: (received + transmitted - (sentAt + arrivedAt)) / 2,
    boundMicros: delayMicros / 2 + root + precision,
    delayMicros,
    stratum,
  });
}

/** µs since 1970; null for none. Without its first bit it is after 2036 (RFC 4330, section 3). */
function timestamp(packet: Buffer, at: number): number | null {
  const seconds = packet.readUInt32BE(at);
  const fraction = packet.readUInt32BE(at + 4);
  if (seconds === 0 && fraction === 0) return null;
  const era = seconds < ERA_SECONDS / 2 ? ERA_SECONDS : 0;
  return (seconds + era - UNIX_IN_NTP) * 1e6 + (fraction / ERA_SECONDS) * 1e6;
}
