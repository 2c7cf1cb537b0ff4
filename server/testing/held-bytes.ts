import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes that this thread's JavaScript holds, garbage collected first. */
export function heldBytes(): number {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  // `external` contains the array buffers.
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
