/**
 * What the relay's thread says to main and hears from it. Everything is structured-cloned; secrets
 * never pass except a console's own cookie, unread, for the control thread to check.
 */
import type { ControlChange, ControlState } from '../../protocol/messages.ts';
import type { Reply } from '../../protocol/commands.ts';
import type { Origins } from '../../protocol/origin.ts';
import type { SessionView } from '../../protocol/session.ts';
import type { VenueTable } from '../feeds/port.ts';
import type { CertificateNews } from './certificate-watch.ts';
import type { Access } from './door.ts';

/** Either end of a message channel: a worker's `parentPort`, a `Worker`, a `MessagePort`. */
export interface Port<Incoming, Outgoing> {
  postMessage(message: Outgoing): void;
  on(event: 'message', listener: (message: Incoming) => void): unknown;
}

export type RelayToControl =
  | {
      readonly kind: 'identify';
      readonly id: number;
      readonly cookie: string | null;
      readonly address: string;
    }
  | {
      readonly kind: 'command';
      readonly id: number;
      readonly cookie: string | null;
      readonly address: string;
      readonly envelope: unknown;
    }
  | { readonly kind: 'stats'; readonly stats: RelayStats }
  | { readonly kind: 'listening'; readonly port: number }
  | ({ readonly kind: 'certificate' } & CertificateNews)
  | { readonly kind: 'fatal'; readonly sentence: string; readonly code: string };

export type ControlToRelay =
  | {
      readonly kind: 'identified';
      readonly id: number;
      readonly session: SessionView | null;
      /** Opaque: only names the session in a later `revoke`. */
      readonly sessionKey: string | null;
    }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: Reply }
  | { readonly kind: 'state'; readonly epoch: string; readonly seq: number; readonly state: ControlState }
  | { readonly kind: 'change'; readonly seq: number; readonly change: ControlChange }
  | { readonly kind: 'revoke'; readonly sessionKey: string; readonly sentence: string }
  /** The session goes on under another cookie: its sockets of the old one connect anew. */
  | { readonly kind: 'reconnect'; readonly sessionKey: string }
  | { readonly kind: 'stop' };

export type { AnyTicks, FeedsToRelay, RelayToFeeds, VenueFrame } from '../feeds/port.ts';

/** What a relay is started with, thread or not. */
export interface RelaySettings {
  /** One a venue. */
  readonly tables: readonly VenueTable[];
  /** The control thread's own listener: `http://127.0.0.1:4401`. */
  readonly controlUrl: string;
  /** What the control listener knows the relay by; new at each start, in memory only. */
  readonly relayKey: string;
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly pageDir: string;
  /** How the port may be reached; without it, plain HTTP. */
  readonly access?: Access;
  /** Names of this server besides `localhost:<port>`, with the port where it is not the scheme's own. */
  readonly allowedHosts: readonly string[];
  readonly serverVersion: string;
  readonly origins: Origins;
  readonly epoch: string;
  /** By how much this server's wall clock was moved (demo only), µs. */
  readonly clockShiftMicros: number;
}

/** Measured over the last `windowSeconds`; `null` = nothing was measured. */
export interface RelayStats {
  readonly clients: number;
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
  /** From a market frame's sending to its acknowledgement: both ways and the console's own work. */
  readonly frameAgeP50Ms: number | null;
  readonly frameAgeP99Ms: number | null;
  readonly frameAgeSamples: number;
  /** Consoles below the rate they asked for, or paused. */
  readonly slowClients: number;
  /** How late the event loop ran its timers; the resolution of the measurement is taken off. */
  readonly loopDelayP99Ms: number | null;
  readonly loopDelaySamples: number;
  readonly windowSeconds: number;
}
