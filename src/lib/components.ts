/**
 * Strongly connected components (Tarjan's algorithm, without recursion): for each of `count` nodes the number of its
 * component. `out` lists the nodes that edges lead to. Nodes have one number when each can be reached from the other.
 */
export function components(count: number, out: readonly (readonly number[])[]): readonly number[] {
  const index = Array.from({ length: count }, () => -1);
  const low = Array.from({ length: count }, () => 0);
  const on = Array.from({ length: count }, () => false);
  const component = Array.from({ length: count }, () => -1);
  const stack: number[] = [];
  let next = 0;
  let number = 0;
  for (let start = 0; start < count; start++) {
    if (index[start] !== -1) continue;
    const work: { v: number; i: number }[] = [{ v: start, i: 0 }];
    while (work.length > 0) {
      const frame = work.at(-1) as { v: number; i: number };
      const { v } = frame;
      if (frame.i === 0) {
        index[v] = low[v] = next++;
        stack.push(v);
        on[v] = true;
      }
      const w = out[v]?.[frame.i];
      if (w !== undefined) {
        frame.i++;
        if (index[w] === -1) work.push({ v: w, i: 0 });
        else if (on[w]) low[v] = Math.min(low[v] as number, index[w] as number);
        continue;
      }
      if (low[v] === index[v]) {
        for (;;) {
          const w2 = stack.pop() as number;
          on[w2] = false;
          component[w2] = number;
          if (w2 === v) break;
        }
        number++;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent !== undefined) low[parent.v] = Math.min(low[parent.v] as number, low[v] as number);
    }
  }
  return component;
}
