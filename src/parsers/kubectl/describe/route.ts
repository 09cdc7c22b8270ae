/** Description of a Route of OpenShift, which `oc describe` writes in words of its own. */
import type { Draft } from '../draft.ts';
import { find, type Block } from './block.ts';
import { describeCustom } from './custom.ts';

/** `rejected by router default: HostAlreadyClaimed (4 minutes ago)`, `exposed on router default (host ...) 3 hours ago`. */
const REJECTED = /^rejected by router (\S{1,63}):?\s*(?:\(host \S{1,253}\))?:?\s*(\w{1,80})?/;
const EXPOSED = /^exposed on router (\S{1,63})/;

export function describeRoute(block: Block, draft: Draft): void {
  const requested = find(block.entries, 'Requested Host');
  if (requested === undefined) {
    describeCustom(block, draft);
    return;
  }
  const host = /^[\w.*-]{1,253}$/.test(requested.value) ? requested.value : undefined;
  draft.set(['spec', 'host'], host, requested);
  let router = -1;
  // The host with its routers below it, up to the next key at the margin; the reader of lines may tell keys in them.
  for (let at = requested.index + 1; at < block.lines.length && at <= requested.index + 60; at++) {
    const line = block.lines[at] ?? '';
    if (/^\S/.test(line)) break;
    const text = line.trim();
    const place = { line: block.firstLine + at, text: line };
    const [, rejected, reason] = REJECTED.exec(text) ?? [];
    const name = rejected ?? EXPOSED.exec(text)?.[1];
    if (name !== undefined) {
      const path = ['status', 'ingress', ++router];
      draft.set([...path, 'host'], host, place);
      draft.set([...path, 'routerName'], name.replace(/:$/, ''), place);
      draft.set([...path, 'conditions', 0, 'type'], 'Admitted', place);
      draft.set([...path, 'conditions', 0, 'status'], rejected === undefined ? 'True' : 'False', place);
      if (reason !== undefined) draft.set([...path, 'conditions', 0, 'reason'], reason, place);
    } else if (router >= 0 && text.startsWith('- ')) {
      draft.set(['status', 'ingress', router, 'conditions', 0, 'message'], text.slice(2), place);
    }
  }
}
