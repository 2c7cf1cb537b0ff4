import { dirname, join, resolve } from 'node:path';
import { ok, type Result } from '../../../protocol/result.ts';
import type { Micros } from '../../../protocol/units.ts';
import type { Config } from '../../config/config.ts';
import { loadSecret } from '../../config/secrets.ts';
import type { Anchor } from './anchor.ts';
import { FileAnchor } from './file-anchor.ts';
import { WebhookAnchor } from './webhook-anchor.ts';

const WEBHOOK_TIMEOUT_MS = 10_000;

export interface ConfiguredBy {
  readonly audit: Config['audit'];
  readonly configFile: string;
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: () => Micros;
}

/** The file and the webhook that the configuration names; the file is in the data directory if it names none. */
export function configuredAnchors(by: ConfiguredBy): Result<Anchor[]> {
  const { audit, configFile, dataDir, environment, now } = by;
  const folder = join(dataDir, 'anchors');
  const { anchorFile, anchorWebhook: url } = audit;
  const anchors: Anchor[] = [
    anchorFile === null
      ? new FileAnchor({ file: join(folder, 'heads.txt'), folder: 'make' })
      : new FileAnchor({ file: resolve(dirname(configFile), anchorFile), folder: 'there' }),
  ];
  if (url !== null) {
    const token = loadSecret({ name: 'anchor-token', file: null, environment });
    if (!token.ok) return token;
    const receiptsFile = join(folder, 'receipts.jsonl');
    const text = token.value?.text ?? null;
    anchors.push(
      new WebhookAnchor({ url, token: text, receiptsFile, now, fetch, timeoutMs: WEBHOOK_TIMEOUT_MS }),
    );
  }
  return ok(anchors);
}
