import type { LogFile, LogFiles } from '../audit/files.ts';

interface Contents {
  /** What the processes see. */
  cached: Buffer;
  /** What survives a power cut. */
  durable: Buffer;
}

/**
 * A folder in memory that keeps apart what was written and what was synced, and fails when told:
 * a disk that fills, a sync that fails (and, like Linux, forgets the pages), a power cut.
 */
export class FaultyFiles implements LogFiles {
  readonly files = new Map<string, Contents>();
  /** Bytes that still fit; a write past it is partial and fails with ENOSPC. */
  room = Infinity;
  /** Throws this code from the next operations named here. */
  readonly failing = new Map<'write' | 'datasync' | 'create' | 'truncate', string>();
  /** Counts syncs, to see group commit. */
  syncs = 0;

  list = () => Promise.resolve([...this.files.keys()]);

  read = (name: string) => Promise.resolve(Buffer.from(this.#get(name).cached));

  readAt = (name: string, position: number, length: number) =>
    Promise.resolve(Buffer.from(this.#get(name).cached.subarray(position, position + length)));

  size = (name: string) => Promise.resolve(this.files.get(name)?.cached.length ?? null);

  create = (name: string): Promise<LogFile> => {
    const code = this.failing.get('create');
    if (code !== undefined) return Promise.reject(fault(code));
    if (this.files.has(name)) return Promise.reject(fault('EEXIST'));
    this.files.set(name, { cached: Buffer.alloc(0), durable: Buffer.alloc(0) });
    return this.open(name);
  };

  open = (name: string): Promise<LogFile> => {
    if (!this.files.has(name)) return Promise.reject(fault('ENOENT'));
    return Promise.resolve({
      write: async (bytes, position) => {
        await turn();
        const code = this.failing.get('write');
        if (code !== undefined) throw fault(code);
        const file = this.#get(name);
        const fits = Math.max(0, Math.min(bytes.length, this.room));
        this.room -= fits;
        const end = Math.max(file.cached.length, position + fits);
        const next = Buffer.alloc(end);
        file.cached.copy(next);
        next.set(bytes.subarray(0, fits), position);
        file.cached = next;
        if (fits < bytes.length) throw fault('ENOSPC');
      },
      datasync: async () => {
        await turn();
        this.syncs += 1;
        const file = this.#get(name);
        const code = this.failing.get('datasync');
        if (code !== undefined) {
          file.cached = Buffer.from(file.durable);
          throw fault(code);
        }
        file.durable = Buffer.from(file.cached);
      },
      truncate: async (length) => {
        await turn();
        const code = this.failing.get('truncate');
        if (code !== undefined) throw fault(code);
        const file = this.#get(name);
        const next = Buffer.alloc(length);
        file.cached.copy(next);
        file.cached = next;
        file.durable = Buffer.from(next);
      },
      close: () => Promise.resolve(),
    });
  };

  rename = (from: string, to: string): Promise<void> => {
    this.files.set(to, this.#get(from));
    this.files.delete(from);
    return Promise.resolve();
  };

  remove = (name: string): Promise<void> => {
    this.files.delete(name);
    return Promise.resolve();
  };

  syncDirectory = () => Promise.resolve();

  /** The folder after a power cut that kept `extra` bytes of what was not synced. */
  afterPowerCut(extra: number): FaultyFiles {
    const next = new FaultyFiles();
    for (const [name, { cached, durable }] of this.files) {
      const kept = Buffer.from(cached.subarray(0, durable.length + extra));
      next.files.set(name, { cached: kept, durable: Buffer.from(kept) });
    }
    return next;
  }

  #get(name: string): Contents {
    const file = this.files.get(name);
    if (!file) throw fault('ENOENT');
    return file;
  }
}

const fault = (code: string) => Object.assign(new Error(code), { code });
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
