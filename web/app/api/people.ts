/** Users, service accounts and restrictions, for who manages them. */
import { peopleReplySchema, type PeopleReply } from '../../../protocol/people.ts';
import { tryCall, type Answer } from './call.ts';

export const readPeople = (): Promise<Answer<PeopleReply>> => tryCall('/api/people', peopleReplySchema);
