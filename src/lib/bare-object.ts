function Bare(): void {}
Bare.prototype = Object.create(null) as object;

/**
 * An object that inherits nothing, for keys that come from strangers: `constructor` and `__proto__` are absent unless
 * they wrote them. Made by a constructor, because V8 keeps what Object.create(null) gives as a hash table, larger and
 * slower than an object with a hidden class.
 */
export const bareObject = (): Record<string, unknown> => new (Bare as unknown as new () => Record<string, unknown>)();
