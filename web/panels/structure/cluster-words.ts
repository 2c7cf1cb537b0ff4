export interface Cluster {
  readonly number: number;
  readonly rows: readonly number[];
}

/** Clusters of at least two, the largest first; and the rows that are in none. */
export function groupsOf(cluster: ArrayLike<number>): {
  readonly groups: readonly Cluster[];
  readonly alone: readonly number[];
} {
  const rows = new Map<number, number[]>();
  for (let i = 0; i < cluster.length; i++) {
    const number = cluster[i] ?? 0;
    const own = rows.get(number);
    if (own) own.push(i);
    else rows.set(number, [i]);
  }
  const all = [...rows].map(([number, members]) => ({ number, rows: members }));
  return {
    groups: all
      .filter((each) => each.rows.length > 1)
      .sort((a, b) => b.rows.length - a.rows.length || a.number - b.number),
    alone: all.flatMap((each) => (each.rows.length === 1 ? each.rows : [])),
  };
}
