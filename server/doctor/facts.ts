import type { FactorKind } from '../../protocol/factors.ts';
import type { Role } from '../../protocol/session.ts';
import type { Refusal } from '../../protocol/result.ts';
import type { Config } from '../config/config.ts';
import type { RuntimeLife } from '../config/runtime.ts';
import type { ClockView } from '../health/clock-offset.ts';

/** What the doctor judges, gathered by `gather.ts`; null = it could not be learnt. */
export interface Facts {
  readonly config: Config;
  readonly nowMs: number;
  readonly node: { readonly version: string; readonly life: RuntimeLife };
  /** null where the system has no users. */
  readonly uid: number | null;
  readonly certificate: { readonly validTo: number } | Refusal | null;
  readonly venueKey: Refusal | null;
  readonly configFile: FileMode;
  readonly data: DataFacts | null;
  readonly people: readonly PersonFacts[] | null;
  readonly elsewhere: { readonly anchors: readonly Place[]; readonly copies: readonly Place[] };
  readonly clock: ClockView;
}

export interface FileMode {
  readonly path: string;
  /** The last nine bits; null = it is not there. */
  readonly mode: number | null;
}

export interface DataFacts {
  readonly folder: FileMode;
  /** Files in it that others can read, if they get into the folder. */
  readonly open: readonly FileMode[];
  /** Whether the key that signs the log lies on the log's own disk. */
  readonly keyBesideLog: boolean;
  readonly freeBytes: number;
}

export interface PersonFacts {
  readonly user: string;
  readonly role: Role;
  readonly factors: readonly FactorKind[];
  readonly recoveryCodesLeft: number;
}

/** Where something is kept besides the data folder. */
export interface Place {
  readonly what: string;
  /** On the data folder's own disk: it is lost with it. */
  readonly sameDisk: boolean;
}
