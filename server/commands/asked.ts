import type { Command, CommandOf, Reply } from '../../protocol/commands.ts';
import type { Micros } from '../../protocol/units.ts';
import type { Who } from '../audit/who.ts';
import type { Identity, Spent } from '../auth/identity.ts';

/** One command on its way to its owner: who asks, as their session says, and when it came in. */
export interface Asked<C extends Command = Command> {
  readonly command: C;
  readonly identity: Identity;
  readonly arrivedAt: Micros;
}

export type Handler<Type extends Command['type']> = (asked: Asked<CommandOf<Type>>) => Reply | Promise<Reply>;
/** Every kind of command has one owner; a kind without does not compile. */
export type Handlers = { readonly [Type in Command['type']]: Handler<Type> };

/** The person behind an identity, as records name them. */
export function whoOf({ user, session, role, address }: Identity, spent?: Spent): Who {
  return {
    ...{ user, session, role, address },
    ...(spent ? { factor: spent.kind } : {}),
    ...(spent?.assertion ? { assertion: spent.assertion } : {}),
  };
}
