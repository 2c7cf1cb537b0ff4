import { dirname, resolve } from 'node:path';
import type { Refusal } from '../../protocol/result.ts';
import type { Config } from '../config/config.ts';
import { loadVenueKey } from '../config/load.ts';
import { runtimeLife } from '../config/runtime.ts';
import { readCertificate } from '../relay/certificate.ts';

export interface Surroundings {
  /** As `process.version`. */
  readonly nodeVersion: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly nowMs: number;
}

/**
 * Why production does not start here, first things first; null in the other profiles. What the file
 * itself lacks is found when it is read (`config/profile.ts`).
 */
export function productionRefusal(config: Config, configFile: string, around: Surroundings): Refusal | null {
  if (config.profile !== 'production') return null;
  const { nodeVersion, environment, nowMs } = around;
  const life = runtimeLife(nodeVersion, nowMs);
  if (life.isOver && !config.allowOldRuntime) {
    return {
      code: 'runtime-over',
      sentence:
        `Node ${nodeVersion} gets no security fixes since ${life.endsOn ?? 'long ago'}: use a newer one, ` +
        'or set allow_old_runtime = true.',
    };
  }
  const key = loadVenueKey(config, configFile, environment);
  if (!key.ok) return key.error;
  const files = tlsFiles(config, configFile);
  if (files) {
    const certificate = readCertificate(files, config.console.allowedHosts, environment, nowMs);
    if (!certificate.ok) return certificate.error;
  }
  const { anchorFile, anchorWebhook } = config.audit;
  if (anchorFile === null && anchorWebhook === null) {
    return {
      code: 'anchors-missing',
      sentence:
        'Heads of the audit log are kept nowhere else, so that a log that was cut would not show: set ' +
        'audit.anchor_file (on another disk) or audit.anchor_webhook.',
    };
  }
  // The last word, when all else is there: its venues are not done.
  return {
    code: 'production-unfinished',
    sentence: 'The production profile is not finished in this version; use demo or paper.',
  };
}

/** The certificate's files, found from the configuration's folder; null without own TLS. */
export function tlsFiles(
  { console: { tls } }: Pick<Config, 'console'>,
  configFile: string,
): { readonly certFile: string; readonly keyFile: string | null } | null {
  if (tls === null) return null;
  const here = (file: string): string => resolve(dirname(configFile), file);
  return { certFile: here(tls.certFile), keyFile: tls.keyFile === null ? null : here(tls.keyFile) };
}
