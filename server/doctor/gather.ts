/** Looks at the installation, and changes nothing in it. */
import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';
import type { FactorKind } from '../../protocol/factors.ts';
import { ok, type Result } from '../../protocol/result.ts';
import { readRecords } from '../audit/reader.ts';
import { foldAuth } from '../auth/entries.ts';
import { emptyAuth, type AuthState } from '../auth/state.ts';
import { SystemClock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { loadConfig, loadVenueKey } from '../config/load.ts';
import { runtimeLife } from '../config/runtime.ts';
import { askChrony } from '../health/clock-chrony.ts';
import { ClockOffset, type ClockView } from '../health/clock-offset.ts';
import { timeAsker } from '../health/sntp-ask.ts';
import { tlsFiles } from '../main/production.ts';
import { readCertificate } from '../relay/certificate.ts';
import type { DataFacts, Facts, FileMode, PersonFacts, Place } from './facts.ts';

export async function gather(configFile: string, dataDir: string): Promise<Result<Facts>> {
  const loaded = loadConfig(configFile);
  if (!loaded.ok) return loaded;
  const config = loaded.value;
  const nowMs = Date.now();
  const key = loadVenueKey(config, configFile, process.env);
  const data = dataFacts(dataDir);
  return ok({
    config,
    nowMs,
    node: { version: process.version, life: runtimeLife(process.version, nowMs) },
    uid: process.getuid?.() ?? null,
    certificate: certificateOf(config, configFile, nowMs),
    venueKey: key.ok ? null : key.error,
    configFile: modeOf(configFile),
    data,
    people: data && (await peopleIn(join(dataDir, 'audit'))),
    elsewhere: elsewhere(configFile, dataDir),
    clock: await measure(config),
  });
}

function certificateOf(config: Config, configFile: string, nowMs: number): Facts['certificate'] {
  const files = tlsFiles(config, configFile);
  if (!files) return null;
  const read = readCertificate(files, config.console.allowedHosts, process.env, nowMs);
  return read.ok ? { validTo: read.value.validTo } : read.error;
}

function dataFacts(dataDir: string): DataFacts | null {
  const folder = modeOf(dataDir);
  if (folder.mode === null) return null;
  const open = readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => modeOf(join(entry.parentPath, entry.name)))
    .filter(({ mode }) => ((mode ?? 0) & 0o044) !== 0);
  const { bavail, bsize } = statfsSync(dataDir);
  const keyBesideLog = deviceOf(join(dataDir, 'keys/audit.key')) === deviceOf(join(dataDir, 'audit'));
  return { folder, open, keyBesideLog, freeBytes: bavail * bsize };
}

const recordSchema = z.looseObject({ action: z.string(), details: z.looseObject({}) });

async function peopleIn(auditDir: string): Promise<PersonFacts[] | null> {
  let state: AuthState = emptyAuth;
  try {
    for await (const { payload } of readRecords(auditDir)) {
      const record = recordSchema.safeParse(JSON.parse(payload.toString('utf8'))).data;
      if (record) state = foldAuth(state, record);
    }
  } catch {
    return null;
  }
  return [...state.users.values()].map(({ id, role, password, totp, passkeys, recovery }) => ({
    user: id,
    role,
    factors: [
      ...passkeys.map((): FactorKind => 'passkey'),
      ...(password !== null && totp !== null ? (['totp'] as const) : []),
    ],
    recoveryCodesLeft: recovery.length,
  }));
}

const auditSchema = z.looseObject({
  audit: z
    .looseObject({
      anchor_file: z.string().optional(),
      anchor_webhook: z.string().optional(),
      copy_to: z.string().optional(),
      copy_database: z.union([z.string(), z.boolean()]).optional(),
    })
    .default({}),
});

function elsewhere(configFile: string, dataDir: string): Facts['elsewhere'] {
  const { audit } = auditSchema.parse(parse(readFileSync(configFile, 'utf8')));
  const here = deviceOf(dataDir);
  const inFolder = (path: string | undefined): Place[] => {
    if (path === undefined) return [];
    const place = resolve(dirname(configFile), path);
    return [{ what: place, sameDisk: nearestDevice(place) === here }];
  };
  const away = (what: string, set: unknown): Place[] =>
    set === undefined ? [] : [{ what, sameDisk: false }];
  return {
    anchors: [...inFolder(audit.anchor_file), ...away('a webhook', audit.anchor_webhook)],
    copies: [...inFolder(audit.copy_to), ...away('a database', audit.copy_database)],
  };
}

async function measure(config: Config): Promise<ClockView> {
  const clock = new SystemClock();
  const utc = new ClockOffset({
    clock,
    ...config.clock,
    ask: timeAsker(clock),
    local: () => askChrony(clock),
    isSet: config.clockStart !== null,
  });
  await utc.start();
  utc.stop();
  return utc.view();
}

function modeOf(path: string): FileMode {
  const stat = statSync(path, { throwIfNoEntry: false });
  return { path, mode: stat ? stat.mode & 0o777 : null };
}

const deviceOf = (path: string): number | null => statSync(path, { throwIfNoEntry: false })?.dev ?? null;

/** Of the first folder above it that is there. */
function nearestDevice(path: string): number | null {
  const device = deviceOf(path);
  return device !== null || dirname(path) === path ? device : nearestDevice(dirname(path));
}
