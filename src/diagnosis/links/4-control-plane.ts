import { type Link } from '../link.ts';

/** Causes that lie at layer 4. */
export const links: readonly Link[] = [];
