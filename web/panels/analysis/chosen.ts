/**
 * The one that was picked; of a list that does not have it, the one that the other panels are about; of a
 * list that has neither, its first. Null: the list is empty.
 */
export function chosenOf(
  names: readonly string[],
  picked: string | null,
  selected: string | null,
): string | null {
  return [picked, selected].find((each) => each !== null && names.includes(each)) ?? names[0] ?? null;
}
