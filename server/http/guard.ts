/** Which requests the control listener hears at all. Pure: from their headers, before any body. */
import type { Refusal } from '../../protocol/result.ts';

export interface RequestHead {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly marker: string | undefined;
  /** Comes with a key that is known here: a browser sends none by itself. */
  readonly isKnown: boolean;
}

/**
 * Null when the request may go on. A name we don't answer to is DNS rebinding; a page of another
 * origin is refused for every method; what changes state and lives on a cookie must carry
 * `x-cwts: 1`, which no form and no simple cross-origin request can.
 */
export function checkHead(head: RequestHead, names: ReadonlySet<string>): Refusal | null {
  const host = head.host?.toLowerCase();
  if (host === undefined || !names.has(host)) {
    return { code: 'foreign-host', sentence: 'This server does not answer to that name.' };
  }
  if (head.origin !== undefined && !isOwn(head.origin, host)) {
    return { code: 'foreign-origin', sentence: 'A page of another origin may not ask this server.' };
  }
  const changes = head.method !== 'GET' && head.method !== 'HEAD';
  if (changes && !head.isKnown && head.marker !== '1') {
    return {
      code: 'marker-missing',
      sentence: 'A request that changes something carries the header x-cwts: 1.',
    };
  }
  return null;
}

function isOwn(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.host === host;
}
