import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';

/** Throws when no file can be made at the path: before an hour of reading, not after it. */
export const mustBeWritable = (path: string): void => accessSync(dirname(path), constants.W_OK);
