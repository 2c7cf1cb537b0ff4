import { TestMemory } from './log.testkit.ts';
import { webCryptoVerify, type VerifySignature } from './signed-head.ts';
import { Verifier, type HeadView, type LogSource } from './verifier.ts';

/** What every browser of a test was told of heads, newest last. */
export const looked: HeadView[] = [];
/** A page's verifier, whose clock takes 1 ms at each look; several may share one memory, as tabs do. */
export function browser(
  source: LogSource,
  memory = new TestMemory(),
  verifySignature: VerifySignature = webCryptoVerify,
) {
  let at = 0;
  return new Verifier({
    source,
    memory,
    verifySignature,
    now: () => (at += 1),
    wall: () => 1_800_000_000_000,
    looked: (view) => looked.push(view),
  });
}
