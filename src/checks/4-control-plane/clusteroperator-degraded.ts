import { operandsOf } from '../../snapshot/control-plane/operands.ts';
import { timeOf } from '../../snapshot/nodes/node-health.ts';
import { defineCheck } from '../check.ts';

/** What an operator waits for: the console logs in, and logging in goes through the router. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  console: ['authentication', 'ingress'],
  authentication: ['ingress'],
};

/** Words of an operator that does not get what another one is to bring. */
const OF_OTHERS =
  /functional ingress|[Rr]oute.{0,80}(?:not (?:yet )?available|EOF|connection refused|i\/o timeout|no admitted ingress)|no ingress for host|RouteHealth|oauth-openshift.{0,200}(?:EOF|refused|timeout|50[234])/;

export default defineCheck({
  id: 'clusteroperator-degraded',
  layer: 4,
  title: 'All cluster operators are available',
  failureTitle: 'An OpenShift cluster operator is degraded or unavailable',
  why: 'Each ClusterOperator keeps a part of the platform running and reports its own state; the message names what is wrong below it.',
  fix: ['Follow the message: a node that is not ready, a pod that does not start, an endpoint that does not answer'],
  next: ['oc get clusteroperator {name} -o yaml', 'oc adm must-gather'],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['clusterOperators', 'containerLogs', 'hostLogs'],
  wants: ['pods', 'persistentVolumeClaims'],
  reads: ['clusteroperator-log-degraded'],
  *run({ clusterOperators }, { snapshot }) {
    // Rows of a table often come without the message; then the operator's own log has it.
    const logged = new Map(
      snapshot.hits('clusteroperator-log-degraded').map((hit) => [hit.groups['operator'] ?? '', hit]),
    );
    const sick = new Set(
      clusterOperators
        .filter(({ status }) => status?.conditions?.some((one) => isBad(one)))
        .map(({ metadata }) => metadata.name),
    );
    for (const operator of clusterOperators) {
      // Where its object is, that says how it is now; the log, what was on the way.
      const log = logged.get(operator.metadata.name);
      logged.delete(operator.metadata.name);
      const conditions = operator.status?.conditions ?? [];
      const unavailable = conditions.findIndex((one) => one.type === 'Available' && one.status === 'False');
      const degraded = conditions.findIndex((one) => one.type === 'Degraded' && one.status === 'True');
      // Not degraded itself, it names a part that is: machine-config and its pools.
      const blocked = conditions.findIndex(
        (one) => one.type === 'Upgradeable' && one.status === 'False' && /Degraded/.test(one.reason ?? ''),
      );
      const index = unavailable >= 0 ? unavailable : degraded >= 0 ? degraded : blocked;
      const condition = conditions[index];
      if (condition === undefined) continue;
      // A row of `oc get co` has one message for all conditions.
      const message = condition.message ?? conditions[degraded]?.message ?? log?.groups['why'];
      const waitsFor = (NEEDS[operator.metadata.name] ?? []).filter((one) => sick.has(one));
      // One that never was available has the condition Unknown.
      const down = unavailable >= 0 || conditions.some((one) => one.type === 'Available' && one.status === 'Unknown');
      const since = timeOf(condition.lastTransitionTime);
      yield {
        subject: { kind: 'ClusterOperator', name: operator.metadata.name },
        variant:
          waitsFor.length > 0 && (message === undefined || OF_OTHERS.test(message))
            ? 'waits'
            : unavailable >= 0
              ? 'unavailable'
              : degraded >= 0
                ? 'degraded'
                : 'upgrade-blocked',
        severity: down ? 'critical' : 'warning',
        message: `ClusterOperator ${operator.metadata.name} is ${unavailable >= 0 ? 'not available' : degraded >= 0 ? 'degraded' : 'not upgradeable'}${condition.reason === undefined ? '' : ` (${condition.reason})`}${message === undefined ? '' : `: ${message.replaceAll(/\s+/g, ' ').slice(0, 300)}`}`,
        evidence: [
          snapshot.quote(operator, `/status/conditions/${index}`),
          ...(log === undefined ? [] : [snapshot.evidenceOf(log)[0]]),
        ],
        related: [
          ...waitsFor.map((name) => ({ kind: 'ClusterOperator', name })),
          ...operandsOf(snapshot, operator.metadata.name),
        ],
        ...(since === undefined ? {} : { since }),
      };
    }
    for (const [name, hit] of logged)
      yield {
        subject: { kind: 'ClusterOperator', name },
        variant: 'degraded',
        message: `ClusterOperator ${name} says in its log that it is degraded: ${(hit.groups['why'] ?? '').slice(0, 300)}`,
        evidence: snapshot.evidenceOf(hit),
      };
  },
});

const isBad = ({ type, status }: { readonly type?: string; readonly status?: string }): boolean =>
  (type === 'Available' && status === 'False') || (type === 'Degraded' && status === 'True');
