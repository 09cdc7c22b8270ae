import { type Link } from '../link.ts';

/** Causes that lie at layer 2. */
export const links: readonly Link[] = [];
