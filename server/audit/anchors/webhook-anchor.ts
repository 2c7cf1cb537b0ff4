import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ok, refuse, type Result } from '../../../protocol/result.ts';
import type { Micros } from '../../../protocol/units.ts';
import { reasonOf } from '../../config/secrets.ts';
import type { Head } from '../signer.ts';
import type { Anchor } from './anchor.ts';

export interface WebhookOptions {
  readonly url: string;
  /** Sent as `Authorization: Bearer …`; null = none. */
  readonly token: string | null;
  /** Where its answers are kept, one JSON object a line. */
  readonly receiptsFile: string;
  readonly now: () => Micros;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}

/** What the other side said to a head: kept as its word that it has it. */
interface Receipt {
  readonly at: Micros;
  readonly to: string;
  readonly status: number;
  readonly body: string;
  readonly checkpoint: string;
}

const BODY_CHARACTERS = 4096;

/** Heads posted to somebody else's service as signed notes (text/plain); its answers are the receipts. */
export class WebhookAnchor implements Anchor {
  readonly kind = 'webhook';
  /** Without the path: a webhook's path is often its secret. */
  readonly name: string;
  readonly #options: WebhookOptions;
  readonly #over = new AbortController();

  constructor(options: WebhookOptions) {
    this.#options = options;
    this.name = new URL(options.url).origin;
  }

  async put({ checkpoint }: Head): Promise<Result<null>> {
    const { url, token, now, timeoutMs, receiptsFile } = this.#options;
    const headers = {
      'content-type': 'text/plain; charset=utf-8',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    };
    const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#over.signal]);
    let receipt: Receipt;
    try {
      // A redirect would send the token on to whoever it names.
      const answer = await this.#options.fetch(url, {
        method: 'POST',
        body: checkpoint,
        headers,
        signal,
        redirect: 'error',
      });
      const body = await shortBody(answer);
      if (!answer.ok) return refuse('anchor-webhook', `${this.name} answered with status ${answer.status}.`);
      receipt = { at: now(), to: this.name, status: answer.status, body, checkpoint };
    } catch (error) {
      return refuse('anchor-webhook', `${this.name} did not take it: ${whyOf(error)}.`);
    }
    try {
      await mkdir(dirname(receiptsFile), { recursive: true, mode: 0o700 });
      const file = await open(receiptsFile, 'a', 0o600);
      try {
        await file.writeFile(`${JSON.stringify(receipt)}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
      return ok(null);
    } catch (error) {
      return refuse('anchor-receipt', `The receipt of ${this.name} can't be kept: ${reasonOf(error)}.`);
    }
  }

  /** By the last whole receipt. */
  async newest(): Promise<Result<string | null>> {
    try {
      const lines = (await readFile(this.#options.receiptsFile, 'utf8')).split('\n');
      return ok(lines.map(checkpointIn).findLast((one) => one !== null) ?? null);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ok(null);
      return refuse('anchor-receipt', `${this.#options.receiptsFile} can't be read: ${reasonOf(error)}.`);
    }
  }

  close(): Promise<void> {
    this.#over.abort();
    return Promise.resolve();
  }
}

/** The beginning of an answer: what a service sends is its own affair, and may be endless. */
async function shortBody(answer: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  const reader = answer.body?.getReader();
  while (reader && text.length < BODY_CHARACTERS) {
    const part = (await reader.read()) as { readonly value?: Uint8Array };
    if (!part.value) break;
    text += decoder.decode(part.value, { stream: true });
  }
  await reader?.cancel().catch(() => undefined);
  return text.slice(0, BODY_CHARACTERS);
}

function checkpointIn(line: string): string | null {
  try {
    const { checkpoint } = JSON.parse(line) as { readonly checkpoint?: unknown };
    return typeof checkpoint === 'string' ? checkpoint : null;
  } catch {
    return null;
  }
}

function whyOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error as { readonly cause?: { readonly code?: string } };
  return cause?.code ?? (error instanceof Error ? error.message : 'unknown');
}
