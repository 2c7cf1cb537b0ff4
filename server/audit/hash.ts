/** SHA-256 as the tree uses it (RFC 9162), without a copy of anything but the input. */
import { hash } from 'node:crypto';

export const HASH_BYTES = 32;

export const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

/** Room for a leaf's prefix and bytes; grows to the largest record met. One thread, no await between. */
let leafInput = Buffer.alloc(4096);
const nodeInput = Buffer.alloc(1 + 2 * HASH_BYTES);
nodeInput[0] = 1;

export function hashLeaf(bytes: Uint8Array): Buffer {
  if (leafInput.length <= bytes.length) leafInput = Buffer.alloc(2 * bytes.length);
  leafInput[0] = 0;
  leafInput.set(bytes, 1);
  return sha256(leafInput.subarray(0, bytes.length + 1));
}

export function hashNode(left: Uint8Array, right: Uint8Array): Buffer {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + HASH_BYTES);
  return sha256(nodeInput);
}
