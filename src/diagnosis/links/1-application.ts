import { type Link } from '../link.ts';

/** Causes that lie at layer 1. */
export const links: readonly Link[] = [];
