import { etcdSubject } from '../../snapshot/control-plane/etcd.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'etcd-topology-weak',
  layer: 4,
  title: 'etcd has three or five members',
  failureTitle: 'etcd has a weak number of members',
  why: 'One member stands no loss; an even number stands no more losses than one less.',
  fix: ['Three members, five in large clusters, on different machines'],
  next: ['etcdctl member list -w table'],
  severity: 'info',
  confidence: 'high',
  needs: ['etcdMembers'],
  *run({ etcdMembers }, { snapshot }) {
    const members = new Map(etcdMembers.filter((one) => one.learner !== true).map((one) => [one.id, one]));
    const [first, ...rest] = [...members.values()].map((one) => one.source);
    if (first === undefined || (members.size > 1 && members.size % 2 === 1)) return;
    yield {
      subject: etcdSubject(snapshot),
      variant: members.size === 1 ? 'single' : 'even',
      message:
        members.size === 1
          ? 'etcd has one member: its loss is the loss of the cluster'
          : `etcd has ${members.size} members, an even number: it stands the loss of ${members.size / 2 - 1}`,
      evidence: [first, ...rest],
    };
  },
});
