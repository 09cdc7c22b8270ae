import { firstFew } from '../../lib/in-words.ts';
import { hostPorts } from '../../simulation/scheduler/filters/resources.ts';
import { defineCheck } from '../check.ts';
import { because, rejected, share } from './rejected.ts';

export default defineCheck({
  id: 'sched-hostport-conflict',
  layer: 2,
  title: 'Host ports are free where pods want them',
  failureTitle: 'The host port is already taken on the nodes',
  why: 'A host port exists once per node: a second pod with the same one must go elsewhere.',
  fix: ['Drop the hostPort (use a Service), run a DaemonSet, or fewer replicas than nodes'],
  next: [
    'kubectl get pods -A -o custom-columns="NODE:.spec.nodeName,POD:.metadata.name,PORTS:.spec.containers[*].ports[*].hostPort"',
  ],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['nodes'],
  *run(_facts, { snapshot }) {
    yield* rejected(
      snapshot,
      ({ reason }) => reason.kind === 'host-ports',
      (cause, waiting) => {
        const wanted = hostPorts(waiting.view.spec).map((one) => `${one.port}/${one.protocol}`);
        return {
          message: `The host port${wanted.length === 0 ? '' : ` ${firstFew(wanted)}`} of pod ${waiting.view.name} is not free on ${share(cause, waiting)}${because(cause)}`,
        };
      },
    );
  },
});
