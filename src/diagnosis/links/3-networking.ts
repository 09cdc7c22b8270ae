import { type Link } from '../link.ts';

/** Causes that lie at layer 3. */
export const links: readonly Link[] = [];
