import { groupBy } from '../../lib/group-by.ts';
import { machineOf, machineSubject } from '../../snapshot/nodes/node-health.ts';
import { unitName } from '../../snapshot/nodes/units.ts';
import { defineCheck } from '../check.ts';

/** Where nm-cloud-setup puts its rules and tables: 30200 to 30400 and some, one for each address (its manual). */
const OWN_TABLE = /^from (\S{1,64}) lookup (30[2-4]\d\d)\b/;
/** Later versions look into the main table first, and only then into their own. */
const MAIN_FIRST = /^from all lookup main suppress_prefixlength/;

export default defineCheck({
  id: 'nm-cloud-setup-active',
  layer: 5,
  title: 'No routing rule of the cloud set-up takes answers away from pods',
  failureTitle: 'nm-cloud-setup sends what the node answers its pods to a routing table without their routes',
  why: 'On images of RHEL and its kin in clouds nm-cloud-setup of NetworkManager gives each address of the machine a rule and a table of its own. That table has no route to the pods of this node, so what comes from the address of the node (probes, the API server, ping) goes to the gateway and is lost.',
  fix: [
    'On {node}: systemctl disable --now nm-cloud-setup.service nm-cloud-setup.timer, then restart the machine (or delete the rule and the table); newer versions of NetworkManager leave the routes of pods alone',
  ],
  next: ['ip rule; ip route show table 30400', 'systemctl status nm-cloud-setup.service nm-cloud-setup.timer'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['hostValues', 'units'],
  *run({ hostValues, units }, { snapshot }) {
    const set = units.filter(
      (unit) =>
        /^nm-cloud-setup(?:\.timer)?$/.test(unitName(unit)) &&
        (unit.active === 'active' || unit.active === 'activating' || unit.enabled === 'enabled'),
    );
    const rules = hostValues.filter(({ topic }) => topic === 'rule');
    for (const [machine, own] of groupBy(rules, (rule) => machineOf(snapshot, rule))) {
      if (own.some(({ value }) => MAIN_FIRST.test(value))) continue;
      const rule = own.find(({ value }) => OWN_TABLE.test(value));
      const [, address, table] = OWN_TABLE.exec(rule?.value ?? '') ?? [];
      if (rule === undefined || address === undefined || table === undefined) continue;
      const unit = set.find((one) => machineOf(snapshot, one) === machine);
      yield {
        subject: machineSubject(snapshot, rule),
        message: `On ${machine} nm-cloud-setup${unit === undefined ? '' : ` (${unit.unit} is ${unit.active === 'active' ? 'active' : 'enabled'})`} has a rule that sends what comes from ${address} to table ${table}, which has no routes to the pods of the node: ${rule.source.text.trim().replaceAll(/\s+/g, ' ')}`,
        evidence: [rule.source, ...(unit === undefined ? [] : [unit.source])],
        params: { node: machine },
      };
    }
    const [first] = set;
    // By itself it harms nobody: that depends on its version, and on the network plug-in.
    if (first !== undefined && rules.length === 0)
      yield {
        subject: machineSubject(snapshot, first),
        variant: 'enabled',
        severity: 'info',
        confidence: 'low',
        message: `${first.unit} is ${first.active === 'active' ? 'active' : 'enabled'} on ${machineOf(snapshot, first)}: older versions of it take the answers to pods away from plug-ins that route to each pod (Calico, Canal, kube-router)`,
        evidence: [first.source],
        params: { node: machineOf(snapshot, first) },
      };
  },
});
