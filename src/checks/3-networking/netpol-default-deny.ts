import { isEmptySelector } from '../../lib/labels.ts';
import type { Evidence, LogHit } from '../../parsers/records.ts';
import { directionsOf, type Direction } from '../../simulation/network-policy/evaluate.ts';
import { connections } from '../../snapshot/network/connections.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { addressOfHit } from '../../snapshot/network/log-addresses.ts';
import { podOfLog } from '../../snapshot/logs/log-owner.ts';
import { deniesAll, enforced, knownPolicies } from '../../snapshot/network/policies.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { gradedHits } from '../log-findings.ts';
import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'netpol-default-deny',
  layer: 3,
  title: 'No namespace denies all traffic by default',
  failureTitle: 'A NetworkPolicy isolates all pods of the namespace',
  why: 'An empty podSelector selects every pod of the namespace, and a direction without rules allows nothing. That is good practice, and the reason when something there cannot connect.',
  fix: ['Add policies that allow the traffic that is needed: DNS first.'],
  next: ['kubectl get networkpolicies -n {namespace} -o yaml'],
  severity: 'info',
  confidence: 'high',
  needs: ['networkPolicies'],
  wants: ['services', 'pods', 'containerLogs', 'probes'],
  reads: ['app-connection-timeout', 'app-curl-timeout'],
  *run(_facts, { snapshot }) {
    const policies = knownPolicies(snapshot);
    for (const policy of policies) {
      const selector = policy.spec?.podSelector;
      if (selector === undefined || !isEmptySelector(selector)) continue;
      const shut = directionsOf(policy).filter((direction) => deniesAll(policy, direction));
      if (shut.length === 0) continue;
      const { name, namespace } = policy.metadata;
      const open = (direction: Direction): boolean =>
        policies.some((one) => one.metadata.namespace === namespace && !deniesAll(one, direction));
      // Names are looked up in another namespace: with no egress allowed anywhere here, DNS is shut too.
      const alone = shut.includes('Egress') && !open('Egress');
      // Dropped packets get no answer: a timeout to a Service of an isolated namespace that nothing opens.
      const lost = lostInto(snapshot, namespace).filter(
        ({ direction }) => shut.includes(direction) && !open(direction),
      );
      const [first] = lost;
      const evidence = [
        snapshot.quote(policy, '/spec/podSelector'),
        snapshot.quote(policy, '/spec/policyTypes'),
      ] as const;
      yield {
        subject: snapshot.subject(policy),
        ...(first === undefined || enforced(snapshot) === false
          ? {}
          : {
              severity: 'critical' as const,
              variant: 'blocks',
              related: lost.flatMap(({ related }) => related).slice(0, 20),
            }),
        message: `NetworkPolicy ${name} selects all pods of namespace ${namespace ?? ''} and allows no ${shut.join(' and no ').toLowerCase()}${alone ? '; no other policy there allows any egress, not even name look-ups (DNS, port 53)' : ''}${first === undefined ? '' : `; ${first.words}`}`,
        evidence: [evidence[0], evidence[1], ...lost.slice(0, 3).map((one) => one.evidence)],
      };
    }
  },
});

interface Lost {
  readonly direction: Direction;
  readonly words: string;
  readonly related: readonly Ref[];
  readonly evidence: Evidence;
}

/** Connections into a namespace, or out of it, that ran into a timeout: logged by programs, or tried by somebody. */
function lostInto(snapshot: Snapshot, namespace: string | undefined): readonly Lost[] {
  const out: Lost[] = [];
  const same = (other: string | undefined): boolean => (other ?? '') === (namespace ?? '');
  const add = (host: string, caller: Pod | undefined, related: readonly Ref[], evidence: Evidence): void => {
    const { service, pod } = snapshot.resolve(host, caller?.metadata.namespace ?? namespace);
    const target = service ?? pod;
    const words = `connections to ${target === undefined ? host : `${service === undefined ? 'pod' : 'Service'} ${target.metadata.name}`} time out`;
    if (target !== undefined && same(target.metadata.namespace))
      out.push({ direction: 'Ingress', words, related: [refOf(target), ...related], evidence });
    else if (caller !== undefined && same(caller.metadata.namespace))
      out.push({ direction: 'Egress', words, related: [refOf(caller), ...related], evidence });
  };
  for (const { hits, subject } of gradedHits(snapshot, ['app-connection-timeout', 'app-curl-timeout'], addressText))
    for (const hit of hits.slice(0, 1)) {
      const text = addressText(hit);
      const { kind, name, namespace: at } = subject;
      const ref: Ref = { kind, name, ...(at === undefined ? {} : { namespace: at }) };
      if (text !== '') add(text, podOfLog(snapshot, hit), [ref], snapshot.evidenceOf(hit)[0]);
    }
  for (const { probe, from, lost } of connections(snapshot))
    if (lost) add(probe.target, from, from === undefined ? [] : [refOf(from)], probe.source);
  return out;
}

const addressText = (hit: LogHit): string => {
  const address = addressOfHit(hit);
  return address === undefined ? '' : `${address.host}${address.port === undefined ? '' : `:${address.port}`}`;
};
