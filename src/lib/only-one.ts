/** The item of a list that has just one; undefined of none, and where nothing tells which of several. */
export const onlyOne = <T>(items: readonly T[]): T | undefined => (items.length === 1 ? items[0] : undefined);
