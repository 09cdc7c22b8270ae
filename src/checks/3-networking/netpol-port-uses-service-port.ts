import { onlyOne } from '../../lib/only-one.ts';
import { isEmptySelector, matchesSelector } from '../../lib/labels.ts';
import { isolates, selectsNamespace, type PolicyPeer } from '../../simulation/network-policy/evaluate.ts';
import type { NetworkPolicy, Service } from '../../snapshot/kinds/index.ts';
import { knownPolicies, policyPod } from '../../snapshot/network/policies.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

type Ports = NonNullable<NonNullable<NonNullable<NetworkPolicy['spec']>['ingress']>[number]['ports']>;
type Direction = 'ingress' | 'egress';

const isNarrow = (selector: PolicyPeer['podSelector']): boolean => selector !== undefined && !isEmptySelector(selector);

/** Whether a rule is about the pods behind the Service: they are what the policy isolates, or whom the rule lets be asked. */
function isMeant(policy: NetworkPolicy, direction: Direction, rule: number, service: Service, isRow: boolean): boolean {
  const { selector } = service.spec ?? {};
  const sameNamespace = service.metadata.namespace === policy.metadata.namespace;
  // A row of a table shows no selector: a policy for all pods of the namespace is about those behind it too.
  if (selector === undefined)
    return direction === 'ingress' && sameNamespace && isRow && !isNarrow(policy.spec?.podSelector);
  if (direction === 'ingress')
    // The pods the policy isolates are those behind the Service when its selector holds for the Service's own.
    return sameNamespace && matchesSelector(policy.spec?.podSelector, selector);
  return (policy.spec?.egress?.[rule]?.to ?? []).some(({ podSelector, namespaceSelector, ipBlock }) => {
    const place = service.metadata.namespace ?? '';
    const inPlace =
      namespaceSelector === undefined
        ? place === policy.metadata.namespace
        : selectsNamespace(namespaceSelector, place, undefined) === 'yes';
    // All pods of all namespaces are nobody in particular.
    const names = namespaceSelector === undefined || isNarrow(namespaceSelector) || isNarrow(podSelector);
    return (
      ipBlock === undefined && inPlace && names && (podSelector === undefined || matchesSelector(podSelector, selector))
    );
  });
}

/** Whether the ports of a rule let a number of the pods pass, for sure or (by a name) perhaps. */
const mayPass = (ports: Ports | undefined, number: number): boolean =>
  (ports ?? []).length === 0 ||
  (ports ?? []).some(
    ({ port, endPort }) => typeof port !== 'number' || (port <= number && number <= (endPort ?? port)),
  );

/** A port that the world or the cluster asks for, and that of the pods behind it. */
interface Mistaken {
  readonly port: number;
  readonly words: string;
  readonly targetPort: number;
}

/** The port of the Service or of the nodes that the rule names instead of that of its pods. A headless Service translates nothing. */
function mistaken(rulePorts: Ports, service: Service, backendPort: (port: string | undefined) => number | undefined) {
  const { spec } = service;
  return spec?.clusterIP === 'None'
    ? undefined
    : spec?.ports?.flatMap(({ port, nodePort, name, targetPort: told, protocol = 'TCP' }): readonly Mistaken[] => {
        // A table shows no target port; the endpoints do.
        const targetPort = told ?? backendPort(name);
        if (typeof targetPort !== 'number' || mayPass(rulePorts, targetPort)) return [];
        return [
          { port, words: 'the port' },
          { port: nodePort, words: 'the node port' },
        ].flatMap((one) =>
          one.port !== undefined &&
          one.port !== targetPort &&
          rulePorts.some((rule) => rule.port === one.port && (rule.protocol ?? 'TCP') === protocol)
            ? [{ port: one.port, words: one.words, targetPort }]
            : [],
        );
      })[0];
}

/** Pods behind the Service serve the number as well, or may: a target port with a name can be any. */
const serves = ({ spec }: Service, number: number): boolean =>
  (spec?.ports ?? []).some(({ port, targetPort = port }) => typeof targetPort === 'string' || targetPort === number);

/** The one port at which the endpoints of the Service listen. */
function backendPortOf(snapshot: Snapshot, service: Service, name: string | undefined): number | undefined {
  const { metadata, spec } = service;
  const subsets = snapshot.get('endpoints', metadata.namespace, metadata.name)?.subsets ?? [];
  const ports = subsets.flatMap((subset) => subset.ports ?? []);
  const mine =
    (spec?.ports ?? []).length === 1 ? ports : ports.filter((one) => name !== undefined && one.name === name);
  return onlyOne([...new Set(mine.flatMap(({ port }) => port ?? []))]);
}

export default defineCheck({
  id: 'netpol-port-uses-service-port',
  layer: 3,
  title: 'NetworkPolicies name pod ports',
  failureTitle: 'A NetworkPolicy allows the Service port instead of the pod port',
  why: 'Policies see packets after the Service address has been translated: only the port of the pod counts. A rule with the Service port allows nothing.',
  fix: ['Use the targetPort in the rule.'],
  next: ['kubectl get networkpolicy {name} -n {namespace} -o yaml'],
  severity: 'warning',
  confidence: 'high',
  needs: ['networkPolicies', 'services'],
  wants: ['endpoints'],
  *run({ services }, { snapshot }) {
    const policies = knownPolicies(snapshot);
    for (const policy of policies)
      for (const direction of ['ingress', 'egress'] as const)
        for (const [i, { ports = [] }] of (policy.spec?.[direction] ?? []).entries()) {
          if (ports.length === 0) continue;
          const meant = services.filter((service) =>
            isMeant(
              policy,
              direction,
              i,
              service,
              snapshot.sourcesOf(service).every(({ detail }) => detail === 'row'),
            ),
          );
          for (const service of meant) {
            const wrong = mistaken(ports, service, (name) => backendPortOf(snapshot, service, name));
            if (wrong === undefined || meant.some((one) => serves(one, wrong.port))) continue;
            // Rules are a union: that of another policy may let the right port pass.
            const elsewhere = policies.some(
              (other) =>
                other.metadata.namespace === policy.metadata.namespace &&
                other.spec?.[direction]?.some((rule) => mayPass(rule.ports, wrong.targetPort)) === true,
            );
            if (elsewhere) continue;
            const out = direction === 'egress';
            yield {
              subject: snapshot.subject(policy),
              ...(out ? { variant: 'egress' } : {}),
              message: `NetworkPolicy ${policy.metadata.name} allows ${out ? 'traffic to ' : ''}port ${wrong.port}, ${wrong.words} of Service ${service.metadata.name}; its pods listen on targetPort ${wrong.targetPort}, which no rule allows`,
              evidence: [snapshot.quote(policy, `/spec/${direction}/${i}`), snapshot.quote(service, '/spec/ports')],
              related: [refOf(service), ...(out ? askingPods(snapshot, policy) : [])],
            };
          }
        }
  },
});

/** Pods that the policy isolates: they ask in vain. */
const askingPods = (snapshot: Snapshot, policy: NetworkPolicy): readonly Ref[] =>
  snapshot
    .list('pods')
    .filter((pod) => isolates(policy, policyPod(snapshot, pod), 'Egress') === 'yes')
    .slice(0, 50)
    .map(refOf);
