import { verifyConsistency } from '../../protocol/merkle.ts';
import { fromHex, sha256 } from './bytes.ts';
import type { LogAlarm, Memory } from './memory.ts';
import type { SignedHead } from './signed-head.ts';

/** What a checked head means to a browser that remembers another. Pure. */
export type Step =
  /** The first that this browser sees: its key is trusted from here on. */
  | { readonly kind: 'first' }
  | { readonly kind: 'same' }
  /** It may follow: ask for the proof from the one to the other. */
  | { readonly kind: 'prove'; readonly from: number; readonly to: number }
  | { readonly kind: 'alarm'; readonly alarm: LogAlarm['kind']; readonly sentence: string };

/**
 * `remembered` must have been read before the head was asked for: the log only grows, so a head
 * that came later and is smaller went back.
 */
export function compareHeads(remembered: SignedHead | null, head: SignedHead): Step {
  if (remembered === null) return { kind: 'first' };
  if (head.verifier !== remembered.verifier) {
    return alarm(
      'another-key',
      'The head is signed by another key than the one that this browser has trusted so far.',
    );
  }
  if (head.origin !== remembered.origin) {
    return alarm(
      'another-log',
      `The head is of the log ${head.origin}; this browser knows ${remembered.origin}.`,
    );
  }
  if (head.size < remembered.size) {
    return alarm(
      'shorter',
      `The log had ${remembered.size} records when this browser last saw it; now its signed head has ${head.size}. Records were cut off.`,
    );
  }
  if (head.size === remembered.size) {
    if (head.root === remembered.root) return { kind: 'same' };
    return alarm(
      'forked',
      `Two different logs of ${head.size} records are signed by the same key: one was rewritten.`,
    );
  }
  return { kind: 'prove', from: remembered.size, to: head.size };
}

const alarm = (kind: LogAlarm['kind'], sentence: string): Step => ({ kind: 'alarm', alarm: kind, sentence });

/** Whether the larger head's log begins with all that the smaller one's held. */
export function follows(remembered: SignedHead, head: SignedHead, proof: readonly Uint8Array[]): boolean {
  // Every log begins with nothing.
  if (remembered.size === 0) return true;
  return verifyConsistency(sha256, {
    from: remembered.size,
    fromRoot: fromHex(remembered.root),
    to: head.size,
    toRoot: fromHex(head.root),
    proof,
  });
}

/** What is remembered once a head was found to follow. Another tab may have gone further meanwhile. */
export function withHead(memory: Memory, head: SignedHead, nowMs: number): Memory {
  const ahead =
    memory.head !== null && memory.head.verifier === head.verifier && memory.head.size >= head.size;
  return { ...memory, head: ahead ? memory.head : head, trustedAt: memory.trustedAt ?? nowMs };
}

/** The first thing wrong is kept: a later one must not push it out. */
export function withAlarm(memory: Memory, raised: LogAlarm): Memory {
  return { ...memory, alarm: memory.alarm ?? raised };
}

const ACCEPTED_KEPT = 20;

/** A named person trusts the log as it now is; what was wrong stays on record. */
export function accepted(memory: Memory, head: SignedHead | null, by: string, nowMs: number): Memory {
  if (!memory.alarm) return memory;
  const past = [...memory.accepted, { alarm: memory.alarm, at: nowMs, by }].slice(-ACCEPTED_KEPT);
  return { head, trustedAt: nowMs, alarm: null, accepted: past };
}
