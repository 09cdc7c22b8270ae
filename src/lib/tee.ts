type Chunks = AsyncIterable<Uint8Array>;

/** The same chunks, each shown to `see` when it is read; `rest` reads what the reader left, so that `see` saw all. */
export function tee(
  chunks: Chunks,
  see: (bytes: Uint8Array) => void,
): { readonly chunks: Chunks; rest(): Promise<void> } {
  const iterator = chunks[Symbol.asyncIterator]();
  let over = false;
  const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    if (over) return { done: true, value: undefined };
    const part = await iterator.next();
    if (part.done === true) {
      over = true;
      return { done: true, value: undefined };
    }
    see(part.value);
    return part;
  };
  return {
    // Without `return`: a reader that stops early does not end the stream.
    chunks: { [Symbol.asyncIterator]: () => ({ next }) },
    async rest() {
      while ((await next()).done !== true);
    },
  };
}
