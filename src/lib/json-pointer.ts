/** JSON pointers (RFC 6901): `/metadata/labels/nvidia.com~1gpu.present`. */

/** The pointer to what lies below these keys, each as it is. */
export const pointerTo = (...path: readonly (string | number)[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** The keys of a pointer, each as it is. */
export const keysIn = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
