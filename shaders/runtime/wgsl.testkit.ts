/**
 * What a shader of ours declares, read from its text: what is bound where, and how bytes lie in it (WGSL,
 * "Memory Layout"). Of WGSL's types it knows those that our buffers have, and refuses any other.
 */
import { ensureDefined } from '../../protocol/assert.ts';

export type Value = number | readonly Value[] | { readonly [field: string]: Value };

interface Layout {
  readonly align: number;
  readonly size: number;
  readonly read: (bytes: DataView, at: number) => Value;
}

export interface Binding {
  readonly name: string;
  /** As the host's layout names it. */
  readonly type: GPUBufferBindingType;
  /** What lies in the bytes; of an array all elements that they hold. */
  readonly decode: (bytes: Uint8Array<ArrayBuffer>) => Value;
  /** Bytes that at least are there, and of which an array has a multiple. */
  readonly size: number;
}

const LEAVES: Readonly<Record<string, Layout>> = {
  u32: leaf((bytes, at) => bytes.getUint32(at, true)),
  i32: leaf((bytes, at) => bytes.getInt32(at, true)),
  f32: leaf((bytes, at) => bytes.getFloat32(at, true)),
  vec2u: vector(2, (bytes, at) => bytes.getUint32(at, true)),
  vec2f: vector(2, (bytes, at) => bytes.getFloat32(at, true)),
  vec4f: vector(4, (bytes, at) => bytes.getFloat32(at, true)),
};

const BINDING = /@group\(0\)\s*@binding\((\d+)\)\s*var<([\w, ]+)>\s*(\w+)\s*:\s*([\w<>]+)\s*;/g;
const TYPES: Readonly<Record<string, GPUBufferBindingType>> = {
  uniform: 'uniform',
  'storage, read': 'read-only-storage',
  'storage, read_write': 'storage',
};

/** What is bound, by its number. */
export function bindingsOf(source: string): ReadonlyMap<number, Binding> {
  const code = source.replaceAll(/\/\/.*$/gm, '');
  const found = [...code.matchAll(BINDING)].map(([, number, space = '', name = '', type = '']) => {
    const element = /^array<(\w+)>$/.exec(type)?.[1];
    const { read, size } = layoutOf(code, element ?? type);
    const binding: Binding = {
      ...{ name, size, type: ensureDefined(TYPES[space], `a buffer in <${space}>`) },
      decode: (bytes) => {
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        if (element === undefined) return read(view, 0);
        return Array.from({ length: Math.floor(bytes.byteLength / size) }, (_, k) => read(view, k * size));
      },
    };
    return [Number(number), binding] as const;
  });
  if (found.length !== code.split('@binding').length - 1) throw new Error('a binding is written otherwise');
  return new Map(found);
}

function layoutOf(code: string, type: string): Layout {
  return LEAVES[type] ?? structOf(code, type);
}

function structOf(code: string, name: string): Layout {
  const [, body] = ensureDefined(new RegExp(`struct ${name} \\{([^}]*)\\}`).exec(code), `struct ${name}`);
  let end = 0;
  let align = 1;
  const fields = [...(body ?? '').matchAll(/(\w+)\s*:\s*(\w+)/g)].map(([, field = '', type = '']) => {
    const layout = layoutOf(code, type);
    const at = roundUp(end, layout.align);
    end = at + layout.size;
    align = Math.max(align, layout.align);
    return { field, at, layout };
  });
  return {
    align,
    size: roundUp(end, align),
    read: (bytes, from) =>
      Object.fromEntries(fields.map(({ field, at, layout }) => [field, layout.read(bytes, from + at)])),
  };
}

const roundUp = (size: number, align: number): number => Math.ceil(size / align) * align;

function leaf(read: (bytes: DataView, at: number) => number): Layout {
  return { align: 4, size: 4, read };
}

function vector(width: 2 | 4, read: (bytes: DataView, at: number) => number): Layout {
  const lanes = [...Array(width).keys()];
  const size = 4 * width;
  return { align: size, size, read: (bytes, at) => lanes.map((lane) => read(bytes, at + 4 * lane)) };
}
