/** Objects of which somebody pasted a part without its name. */

/** The name of such a pod; the store looks for the pod that it can be. */
export const UNNAMED_POD = 'unnamed pod';
/** A machine that nothing in the bundle names. */
export const UNNAMED_NODE = 'unnamed node';
/** A container whose entry was cut off above its fields. */
export const UNNAMED_CONTAINER = 'unnamed';

/** Whether a name stands for one that nothing tells. */
export const isUnnamed = (name: string): boolean =>
  name === UNNAMED_CONTAINER || name.startsWith(`${UNNAMED_CONTAINER} `);
