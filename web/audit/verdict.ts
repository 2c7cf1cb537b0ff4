/** The steps from a record on the screen to the signed head, in the order in which they are taken. */
export const PROOF_STEPS = ['head', 'bytes', 'encoding', 'leaf', 'inclusion', 'shown'] as const;
export type ProofStep = (typeof PROOF_STEPS)[number];

export const STEP_WORDS: Readonly<Record<ProofStep, string>> = {
  head: 'the signed head follows the one that this browser remembers',
  bytes: 'the log gave the record’s bytes',
  encoding: 'the bytes are canonical JSON of the whole record',
  leaf: 'the bytes hash to the record’s leaf',
  inclusion: 'the leaf is in the tree that the head signs',
  shown: 'what is shown is what the log holds',
};

/** What this page itself found out about one record. */
export type Verdict =
  | {
      readonly kind: 'proven';
      /** Of the head that it was proven at. */
      readonly size: number;
      /** Hashing and checking, without the network. */
      readonly ms: number;
      /** Retention removed the bytes; the leaf's place in the log is proven all the same. */
      readonly removed: boolean;
    }
  | { readonly kind: 'failed'; readonly step: ProofStep; readonly sentence: string }
  /** It could not be checked now; nothing was found wrong. */
  | { readonly kind: 'unchecked'; readonly sentence: string };

export const failed = (step: ProofStep, sentence: string): Verdict => ({ kind: 'failed', step, sentence });
export const unchecked = (sentence: string): Verdict => ({ kind: 'unchecked', sentence });
