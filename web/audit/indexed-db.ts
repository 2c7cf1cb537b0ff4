import { memorySchema, NOTHING, type Memory, type MemoryStore } from './memory.ts';

const DATABASE = 'cwts-audit';
const STORE = 'memory';
const KEY = 'log';

/**
 * The memory in IndexedDB: of this page's own address, shared by its tabs. What is there but cannot
 * be read is thrown, never taken for nothing: that would be a way to make a browser forget.
 */
export function indexedDbMemory(): MemoryStore {
  const opened = open();
  const run = async (mode: IDBTransactionMode, change: (memory: Memory) => Memory): Promise<Memory> => {
    const database = await opened;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: 'strict' });
      const store = transaction.objectStore(STORE);
      let memory = NOTHING;
      const read: IDBRequest<unknown> = store.get(KEY);
      read.onsuccess = () => {
        try {
          memory = change(read.result === undefined ? NOTHING : memorySchema.parse(read.result));
          if (mode === 'readwrite') store.put(memory, KEY);
        } catch (error) {
          reject(
            error instanceof Error
              ? error
              : new Error('What this browser remembers of the log cannot be read.'),
          );
          transaction.abort();
        }
      };
      transaction.oncomplete = () => resolve(memory);
      transaction.onerror = () => reject(transaction.error ?? new Error('IndexedDB failed.'));
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB gave up.'));
    });
  };
  return {
    read: () => run('readonly', (memory) => memory),
    change: (change) => run('readwrite', change),
  };
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB cannot be opened.'));
  });
}
