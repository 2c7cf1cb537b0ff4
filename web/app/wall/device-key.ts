/**
 * The key of a wall display: made in this browser, kept in its IndexedDB, and not to be read out of
 * it by anybody, scripts of ours included.
 */
const DATABASE = 'cwts-wall';
const STORE = 'keys';
const NAME = 'device';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;

export interface DeviceKey {
  readonly publicKey: JsonWebKey;
  /** `r ‖ s` over the UTF-8 of this text, base64url. */
  sign(text: string): Promise<string>;
}

/** Makes a new one in place of any before. */
export async function makeDeviceKey(): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ['sign', 'verify']);
  await inStore('readwrite', (store) => store.put(pair, NAME));
  return deviceKey(pair);
}

/** The one kept here; null when this browser is no wall display. */
export async function readDeviceKey(): Promise<DeviceKey | null> {
  const kept = await inStore('readonly', (store) => store.get(NAME) as IDBRequest<CryptoKeyPair | undefined>);
  return kept ? deviceKey(kept) : null;
}

export async function forgetDeviceKey(): Promise<void> {
  await inStore('readwrite', (store) => store.delete(NAME));
}

async function deviceKey({ privateKey, publicKey }: CryptoKeyPair): Promise<DeviceKey> {
  return {
    publicKey: await crypto.subtle.exportKey('jwk', publicKey),
    sign: async (text) => {
      const bytes = new TextEncoder().encode(text);
      const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, bytes);
      return base64url(new Uint8Array(signature));
    },
  };
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

async function inStore<T>(
  mode: IDBTransactionMode,
  run: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  try {
    return await finished(run(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return finished(request);
}

function finished<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the browser’s store failed'));
  });
}
