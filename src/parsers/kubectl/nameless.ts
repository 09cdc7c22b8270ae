/** The name of a pod of which somebody pasted a part without its name; the store looks for the pod that it can be. */
export const UNNAMED_POD = 'unnamed pod';
