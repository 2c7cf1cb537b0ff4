/**
 * Hears all that goes over a feed's wires, both ways, as it goes. It must be quick and must not
 * throw: the feed waits for it.
 */
export interface WireTap {
  /** A socket to `url` is open; the number names it from here on. */
  opened(url: string): number;
  sent(connection: number, text: string): void;
  /** `bytes` are valid during the call only. */
  received(connection: number, bytes: Uint8Array): void;
  closed(connection: number, reason: string): void;
  /** The body of a REST answer, whatever its status. */
  answered(url: string, status: number, body: string): void;
}
