import { useQuery } from '@tanstack/react-query';
import type { PersonView } from '../../../protocol/people.ts';
import { readAccount } from '../api/account.ts';
import { useView } from '../services.ts';

export const ACCOUNT = 'account';
const FRESH_MS = 60_000;

/** One's own factors, as the server last said; null while it has not. */
export function useAccount(): { readonly account: PersonView | null; readonly refusal: string | null } {
  const session = useView('sessions', (view) => view.session);
  const asked = useQuery({
    queryKey: [ACCOUNT, session?.user],
    queryFn: readAccount,
    enabled: session?.kind === 'person',
    staleTime: FRESH_MS,
  });
  if (!asked.data) return { account: null, refusal: null };
  return asked.data.ok
    ? { account: asked.data.value, refusal: null }
    : { account: null, refusal: asked.data.error.sentence };
}
