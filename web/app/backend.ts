import { BACKENDS, type Backend } from '../../shaders/runtime/backend.ts';

const KEY = 'cwts.backend';

/** The backend a person pinned on this machine; null: the best there is. */
export function storedBackend(): Backend | null {
  const stored = localStorage.getItem(KEY);
  return BACKENDS.find((backend) => backend === stored) ?? null;
}

export function storeBackend(backend: Backend | null): void {
  if (backend === null) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, backend);
}
