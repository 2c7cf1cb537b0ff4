/** The verifying worker: it reads the log's bytes and proofs itself and trusts nothing but the key. */
import '../ui/no-eval.ts';
import { ensureNever } from '../../protocol/assert.ts';
import * as source from '../app/audit-api.ts';
import { indexedDbMemory } from './indexed-db.ts';
import type { FromAudit, ToAudit } from './port.ts';
import { verifyRange } from './range.ts';
import { webCryptoVerify } from './signed-head.ts';
import { Verifier } from './verifier.ts';

const scope = self as unknown as {
  postMessage: (message: FromAudit) => void;
  onmessage: ((event: MessageEvent<ToAudit>) => void) | null;
};

const verifier = new Verifier({
  source,
  memory: indexedDbMemory(),
  verifySignature: webCryptoVerify,
  now: () => performance.now(),
  wall: () => Date.now(),
  looked: (view) => scope.postMessage({ kind: 'head', view }),
});

let timer: ReturnType<typeof setInterval> | null = null;
let range = 0;

function watch(everyMs: number | null): void {
  if (timer !== null) clearInterval(timer);
  timer = everyMs === null ? null : setInterval(() => void verifier.refresh(), everyMs);
  if (everyMs !== null) void verifier.refresh();
}

async function hear(message: ToAudit): Promise<void> {
  switch (message.kind) {
    case 'watch':
      watch(message.everyMs);
      return;
    case 'record':
      scope.postMessage({
        kind: 'record',
        id: message.id,
        check: await verifier.record(message.seq, message.shown),
      });
      return;
    case 'records':
      scope.postMessage({
        kind: 'records',
        id: message.id,
        verdicts: await verifier.records(message.shown),
      });
      return;
    case 'range': {
      const { id } = message;
      range = id;
      await verifyRange(
        { verifier, source },
        message.count,
        (progress) => scope.postMessage({ kind: 'range', id, progress }),
        () => range !== id,
      );
      return;
    }
    case 'stop-range':
      range = 0;
      return;
    case 'accept':
      await verifier.accept(message.by);
      return;
    default:
      ensureNever(message);
  }
}

// A rejection here is a fault of ours: it reaches the page as the worker's error.
scope.onmessage = (event) => void hear(event.data);
