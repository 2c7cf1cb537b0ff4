/** What hosts of the WASM kernels share: the module in the bundle, and its memory laid out by hand. */

/**
 * The exports of a module that is compiled in, base64.
 * @throws where WebAssembly is missing, lacks SIMD, or the page's CSP forbids it.
 */
export function instantiate(moduleBase64: string): WebAssembly.Exports {
  const bytes = Uint8Array.from(atob(moduleBase64), (character) => character.charCodeAt(0));
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
}

/** Hands out 64-byte aligned offsets; the first 1 KiB stays free. */
export class Layout {
  bytes = 1024;

  take(bytes: number): number {
    const at = this.bytes;
    this.bytes += Math.ceil(bytes / 64) * 64;
    return at;
  }
}

const PAGE = 65536;

/** Grows a memory to at least so many bytes: views of it are gone then. */
export function reserve(memory: WebAssembly.Memory, bytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
  if (missing > 0) memory.grow(missing);
}
