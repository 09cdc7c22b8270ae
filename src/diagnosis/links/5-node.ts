import { type Link } from '../link.ts';

/** Causes that lie at layer 5. */
export const links: readonly Link[] = [];
