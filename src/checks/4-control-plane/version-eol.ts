import { componentSubject } from '../../snapshot/control-plane/control-plane.ts';
import { serverVersion } from '../../snapshot/control-plane/versions.ts';
import { defineCheck } from '../check.ts';

/** End of upstream support by minor version (kubernetes.io/releases, as of July 2026). Vendors support longer. */
const END: readonly (readonly [minor: number, day: string])[] = [
  [35, '2027-02-28'],
  [34, '2026-10-27'],
  [33, '2026-06-28'],
  [32, '2026-02-28'],
  [31, '2025-10-28'],
  [30, '2025-06-28'],
  [29, '2025-02-28'],
  [28, '2024-10-28'],
];
const OLDEST = 28;

export default defineCheck({
  id: 'version-eol',
  layer: 4,
  title: 'The Kubernetes version is supported',
  failureTitle: 'The Kubernetes version is out of upstream support',
  why: 'There are no fixes any more, security fixes included; vendors may support it longer.',
  fix: ['Upgrade, one minor version at a time'],
  next: ['kubectl version'],
  severity: 'info',
  confidence: 'high',
  needsAny: ['hostValues', 'pods', 'metrics'],
  *run(_facts, { snapshot, now }) {
    const server = serverVersion(snapshot);
    if (server === undefined || now === undefined || server.version.major !== 1) return;
    const end = END.find(([minor]) => minor === server.version.minor)?.[1];
    const over = server.version.minor < OLDEST || (end !== undefined && now > Date.parse(end));
    if (!over) return;
    yield {
      subject: componentSubject(snapshot, 'kube-apiserver'),
      message: `Kubernetes ${server.version.text} is out of upstream support${end === undefined ? '' : ` since ${end}`}`,
      evidence: [server.evidence],
    };
  },
});
