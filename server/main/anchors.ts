import { Anchors } from '../audit/anchors/anchors.ts';
import { configuredAnchors } from '../audit/anchors/configured.ts';
import { DatabaseAnchor, type HeadTable } from '../audit/anchors/database-anchor.ts';
import type { AuditLog } from '../audit/log.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { Halt } from '../halt/halt.ts';
import { need } from './say.ts';

export interface AnchorWiring {
  readonly config: Pick<Config, 'audit' | 'store'>;
  readonly configFile: string;
  readonly dataDir: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: AuditLog;
  readonly halt: Halt;
  readonly table: HeadTable;
  /** The health rows are to be read anew. */
  readonly changed: () => void;
}

/** Where the log's heads go beside its own folder: a file, a webhook, the store's database. */
export function wireAnchors(wiring: AnchorWiring): Anchors {
  const { config, configFile, dataDir, environment, clock, log, halt, table, changed } = wiring;
  const by = { audit: config.audit, configFile, dataDir, environment, now: () => clock.wallMicros() };
  const anchors = need(configuredAnchors(by));
  if (config.store.kind !== 'none') anchors.push(new DatabaseAnchor(table));
  const everySeconds = config.audit.anchorSeconds;
  const kept = new Anchors({ clock, log, anchors, everySeconds, changed });
  let { phase } = halt.view();
  halt.onChange((view) => {
    if (view.phase !== phase) kept.soon();
    phase = view.phase;
  });
  return kept;
}
