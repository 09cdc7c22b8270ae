import { machineOf } from '../../snapshot/nodes/node-health.ts';
import { describeUnit, isDown, runsContainers, runsKubelet, unitName } from '../../snapshot/nodes/units.ts';
import { defineCheck } from '../check.ts';

/** Units that have checks of their own, like the kubelet and the runtime. */
const TOLD = /^nvidia-fabricmanager$/;
/** Units whose failure breaks a node. */
const MATTERS =
  /^(?:chronyd?|ntpd?|systemd-(?:timesyncd|resolved|networkd|journald)|NetworkManager|network|nvidia-.*|openibd|rdma.*|iscsid|multipathd|rpc-statd|nfs-client|etcd|firewalld|ufw|keepalived|haproxy)$/;

export default defineCheck({
  id: 'systemd-units-failed',
  layer: 5,
  title: 'No systemd unit has failed',
  failureTitle: 'Systemd units have failed',
  why: 'A service of the machine that the node depends on (time, names, network, storage, GPU) did not start or crashed.',
  fix: ['On {node}: read the journal of the unit and start it again'],
  next: ['systemctl --failed', 'journalctl -u {unit} -n 100 --no-pager'],
  severity: 'warning',
  confidence: 'high',
  needs: ['units'],
  *run({ units }, { snapshot }) {
    for (const unit of units) {
      if (unit.active !== 'failed' || !isDown(unit) || runsKubelet(unit) || runsContainers(unit)) continue;
      const node = machineOf(snapshot, unit);
      const name = unitName(unit);
      if (TOLD.test(name)) continue;
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: name,
        ...(MATTERS.test(name) ? {} : { severity: 'info' as const }),
        message: `${unit.unit} has failed on ${node}: ${describeUnit(unit)}`,
        evidence: [unit.source],
        params: { unit: name },
      };
    }
  },
});
