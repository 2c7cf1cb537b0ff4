/** Who can be sent the same bytes: same channels, same tick last sent. Pure. */
export interface Member {
  /** By identity: equal channels are one object (`SharedChannels`). */
  readonly channels: object;
  /** The tick it was last sent; null = nothing yet, it gets a snapshot. */
  readonly base: object | null;
}

export interface Group<M extends Member> {
  readonly channels: M['channels'];
  readonly base: M['base'];
  readonly members: readonly M[];
}

/** Groups by identity of channels and base, in the order of their first member. */
export function groupMembers<M extends Member>(members: Iterable<M>): Group<M>[] {
  const groups: (Group<M> & { readonly members: M[] })[] = [];
  const index = new Map<object, Map<object | null, M[]>>();
  for (const member of members) {
    let byBase = index.get(member.channels);
    if (!byBase) index.set(member.channels, (byBase = new Map<object | null, M[]>()));
    const group = byBase.get(member.base);
    if (group) {
      group.push(member);
      continue;
    }
    const started = [member];
    byBase.set(member.base, started);
    groups.push({ channels: member.channels, base: member.base, members: started });
  }
  return groups;
}
