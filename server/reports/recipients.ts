/** To whom reports go, and one try at it. Every try of one report to one recipient carries the same key. */
import type { Result } from '../../protocol/result.ts';

export type Recipient =
  | { readonly kind: 'folder'; readonly name: string; readonly folder: string }
  | { readonly kind: 'webhook'; readonly name: string; readonly url: string }
  | { readonly kind: 'email'; readonly name: string; readonly to: string };

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** `implicit` TLS from the first byte; `starttls`: refused without; `none`: loopback only. */
  readonly tls: 'implicit' | 'starttls' | 'none';
  readonly from: string;
  readonly user: string | null;
  readonly password: string | null;
}

export interface Parcel {
  readonly reportId: string;
  readonly title: string;
  /** The same at every try: who receives it twice can tell. */
  readonly key: string;
  readonly json: string;
  readonly html: string;
  /** Ed25519 over the report, base64; see `signed.ts`. */
  readonly signature: string;
}

/** Resolves with what the recipient answered, or why it has it not; never rejects. */
export type Deliver = (recipient: Recipient, parcel: Parcel) => Promise<Result<string>>;
