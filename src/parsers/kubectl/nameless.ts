/** Objects of which somebody pasted a part without its name. */

/**
 * The name of such an object, and of a container whose entry was cut off above its fields; the store looks for the one
 * that it can be. Reads well behind a kind: "pod (unnamed)". No object can be called so.
 */
export const UNNAMED = '(unnamed)';
