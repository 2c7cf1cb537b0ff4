/** Effects: a report into a folder, to a web address, by mail. */
import { createHash } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { ok, refuse, type Result } from '../../protocol/result.ts';
import type { Deliver, MailServer, Parcel, Recipient } from './recipients.ts';

const WAIT_MS = 20_000;
const ANSWER_BYTES = 64 * 1024;

/** `waitMs`: how long a recipient may take; a test is shorter of patience. */
export function deliverer(mail: MailServer | null, waitMs = WAIT_MS): Deliver {
  return async (recipient, parcel) => {
    try {
      switch (recipient.kind) {
        case 'folder':
          return ok(await intoFolder(recipient.folder, parcel));
        case 'webhook':
          return await toWebhook(recipient, parcel, waitMs);
        case 'email':
          return mail === null
            ? refuse('no-mail-server', 'No mail server is configured.')
            : ok(await byMail(mail, recipient.to, parcel, waitMs));
      }
    } catch (error) {
      return refuse('not-delivered', reasonOf(error));
    }
  };
}

async function intoFolder(folder: string, { reportId, json, html }: Parcel): Promise<string> {
  for (const [name, text] of [
    [`${reportId}.html`, html],
    [`${reportId}.json`, json],
  ] as const) {
    const draft = join(folder, `.${name}.new`);
    const file = await open(draft, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, join(folder, name));
  }
  return `written, sha256 ${sha256(json)}`;
}

async function toWebhook(
  { url }: Recipient & { readonly kind: 'webhook' },
  { key, json, signature }: Parcel,
  waitMs: number,
): Promise<Result<string>> {
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    headers: { 'content-type': 'application/json', 'idempotency-key': key, 'x-cwts-signature': signature },
    body: json,
    signal: AbortSignal.timeout(waitMs),
  });
  const body = await firstBytes(answer);
  if (!answer.ok) return refuse('not-taken', `It answered ${answer.status}.`);
  return ok(`${answer.status}, body sha256 ${sha256(body)}`);
}

/** What is hashed of an answer is no more than this, however much is sent. */
async function firstBytes(answer: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk);
    bytes += (chunk as Uint8Array).length;
    if (bytes >= ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, ANSWER_BYTES);
}

async function byMail(mail: MailServer, to: string, parcel: Parcel, waitMs: number): Promise<string> {
  const { reportId, title, key, json, html, signature } = parcel;
  const transport = createTransport({
    host: mail.host,
    port: mail.port,
    secure: mail.tls === 'implicit',
    requireTLS: mail.tls === 'starttls',
    ignoreTLS: mail.tls === 'none',
    ...(mail.user === null ? {} : { auth: { user: mail.user, pass: mail.password ?? '' } }),
    connectionTimeout: waitMs,
    greetingTimeout: waitMs,
    socketTimeout: waitMs,
    dnsTimeout: waitMs,
    // An address or an attachment by name is never fetched for a message.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const sent = await transport.sendMail({
      from: mail.from,
      to,
      subject: title.replace(/[\r\n]+/g, ' '),
      messageId: `<${sha256(key).slice(0, 32)}@cwts-console>`,
      headers: { 'X-CWTS-Idempotency-Key': key, 'X-CWTS-Signature': signature },
      text: `${title}\n\nThe report is attached as a page to read and as the signed JSON document.\n`,
      attachments: [
        { filename: `${reportId}.html`, content: html, contentType: 'text/html; charset=utf-8' },
        { filename: `${reportId}.json`, content: json, contentType: 'application/json' },
      ],
    });
    return sent.response.slice(0, 300);
  } finally {
    transport.close();
  }
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** The system's or the protocol's code: addresses and passwords have no place in the log. */
function reasonOf(error: unknown): string {
  const { code, name, responseCode, cause } = error as {
    code?: unknown;
    name?: unknown;
    responseCode?: unknown;
    cause?: { code?: unknown };
  };
  if (name === 'TimeoutError' || code === 'ETIMEDOUT') return 'It did not answer in time.';
  if (typeof responseCode === 'number') return `The mail server answered ${responseCode}.`;
  const word = cause?.code ?? code ?? name;
  return `It could not be reached or written: ${typeof word === 'string' ? word : 'unknown cause'}.`;
}
