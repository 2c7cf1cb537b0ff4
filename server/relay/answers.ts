import type { ServerResponse } from 'node:http';

/** A refusal as every HTTP answer of ours has it: JSON with a code and a sentence. */
export function sendRefusal(response: ServerResponse, status: number, code: string, sentence: string): void {
  const body = JSON.stringify({ ok: false, code, sentence, rule: null });
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(body),
    ...(status === 413 ? { connection: 'close' } : {}),
  });
  response.end(body);
}
