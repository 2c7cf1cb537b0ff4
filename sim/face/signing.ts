import { createHmac, timingSafeEqual } from 'node:crypto';
import { VenueError } from '../exchange/errors.ts';
import type { Params } from '../exchange/request.ts';

export interface Credentials {
  readonly key: string;
  readonly secret: string;
}

const DEFAULT_WINDOW = 5_000;
const LARGEST_WINDOW = 60_000;
/** A client may be this far ahead of the venue. */
const AHEAD = 1_000;

/** HMAC-SHA256 as Binance signs: hex, over the parameters exactly as they are sent. */
export function sign(payload: string, secret: string): string {
  return createHmac('sha256', secret).update(payload).digest('hex');
}

/** The signed text of a REST request: its raw query and raw body in a row, without the signature itself. */
export function signedPayload(query: string, body: string): string {
  return stripSignature(query) + stripSignature(body);
}

function stripSignature(text: string): string {
  return text
    .split('&')
    .filter((pair) => !pair.startsWith('signature='))
    .join('&');
}

/** Throws -2014/-2015 (key), -1102/-1021/-1131 (time) or -1022 (signature); returns when all is in order. */
export function verify(
  credentials: Credentials,
  apiKey: string | null,
  payload: string,
  params: Params,
  now: number,
): void {
  if (apiKey === null || apiKey === '') throw new VenueError(401, -2014, 'API-key format invalid.');
  if (apiKey !== credentials.key) {
    throw new VenueError(401, -2015, 'Invalid API-key, IP, or permissions for action.');
  }
  const signature = need(params, 'signature');
  const timestamp = Number(need(params, 'timestamp'));
  if (!Number.isSafeInteger(timestamp)) throw malformed('timestamp');
  const window = Number(params.get('recvWindow') ?? DEFAULT_WINDOW);
  if (!(window > 0)) throw malformed('recvWindow');
  if (window > LARGEST_WINDOW) {
    throw new VenueError(400, -1131, `recvWindow must be less than ${LARGEST_WINDOW}.`);
  }
  if (timestamp >= now + AHEAD) {
    throw new VenueError(400, -1021, "Timestamp for this request was 1000ms ahead of the server's time.");
  }
  if (now - timestamp > window) {
    throw new VenueError(400, -1021, 'Timestamp for this request is outside of the recvWindow.');
  }
  const given = Buffer.from(signature.toLowerCase());
  const expected = Buffer.from(sign(payload, credentials.secret));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new VenueError(400, -1022, 'Signature for this request is not valid.');
  }
}

function need(params: Params, name: string): string {
  const value = params.get(name);
  if (value === null || value === '') throw malformed(name);
  return value;
}

function malformed(name: string): VenueError {
  return new VenueError(
    400,
    -1102,
    `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`,
  );
}
