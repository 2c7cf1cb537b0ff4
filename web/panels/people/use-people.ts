import { useQuery } from '@tanstack/react-query';
import { readPeople } from '../../app/api/people.ts';
import { listSessions } from '../../app/api/session.ts';

export const PEOPLE = ['people'] as const;
/** Others manage too, and sign in and out: read again, while this is in sight. */
const AGAIN_MS = 5000;

export const usePeople = () =>
  useQuery({ queryKey: [...PEOPLE, 'all'], queryFn: readPeople, refetchInterval: AGAIN_MS }).data ?? null;

export const useSessions = () =>
  useQuery({ queryKey: [...PEOPLE, 'sessions'], queryFn: listSessions, refetchInterval: AGAIN_MS }).data ??
  null;
