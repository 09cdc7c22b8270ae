import type { HostPort } from '../../lib/host-port.ts';
import { onlyOne } from '../../lib/only-one.ts';
import { workloadStem } from '../../parsers/pod-name.ts';
import type { Evidence } from '../../parsers/records.ts';
import { evaluate, isolates, type Flow, type Half, type Protocol } from '../../simulation/network-policy/evaluate.ts';
import { policyPath } from '../../simulation/network-policy/path.ts';
import { weightOf } from '../../snapshot/logs/hits.ts';
import { logsOfPod } from '../../snapshot/logs/log-owner.ts';
import type { NetworkPolicy, Pod, Service } from '../../snapshot/kinds/index.ts';
import { addressOfHit } from '../../snapshot/network/log-addresses.ts';
import { deniesAll, enforced, knownPolicies, otherEngines, policyPod } from '../../snapshot/network/policies.ts';
import { declaredPorts } from '../../snapshot/network/ports.ts';
import { probesOf } from '../../snapshot/network/reachability.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import { isRow } from '../../snapshot/rows.ts';
import { serviceGraph } from '../../snapshot/network/service-graph.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { refOf } from '../../snapshot/ref.ts';
import { defineCheck, type FindingDraft } from '../check.ts';
import { gradedHits } from '../log-findings.ts';
import { UNANSWERED } from '../unanswered.ts';

/** Policies isolate what runs one template alike: more pods of a Service than these say nothing new. */
const MOST_PODS = 20;
/** Lines: once or twice may be a blip. */
const RECURRING = 3;

/** Pod port behind a Service port. */
function podPort(
  snapshot: Snapshot,
  pod: Pod,
  service: Service,
  asked: number | undefined,
): { port: number; protocol: Protocol } | undefined {
  const ports = service.spec?.ports ?? [];
  const port = ports.find((p) => p.port === asked) ?? onlyOne(ports);
  const protocol = (port?.protocol ?? 'TCP') as Protocol;
  const row = isRow(snapshot, service);
  const target = port?.targetPort ?? (row ? undefined : port?.port);
  const named = typeof target === 'string' && !/^\d+$/.test(target);
  const number = named ? declaredPorts(snapshot, pod).find((p) => p.name === target)?.port : target;
  // A row tells neither the target port nor the ports of pods; the endpoints do.
  const seen = number ?? onlyOne(snapshot.backendsOf(service).ports)?.port ?? (row ? port?.port : undefined);
  return seen === undefined || !Number.isInteger(Number(seen)) ? undefined : { port: Number(seen), protocol };
}

/** Lines at the end of the caller's log that name the callee and a timeout: dropped packets give no answer. */
function timeouts(snapshot: Snapshot, pod: Pod, host: string): Evidence | undefined {
  for (const log of logsOfPod(snapshot, pod)) {
    const line = log.tail.findLast((l) => l.text.includes(host) && /time(?:d )?-?out|deadline exceeded/i.test(l.text));
    if (line !== undefined) return snapshot.evidenceOf({ origin: log.origin, line })[0];
  }
  return undefined;
}

interface Asked {
  readonly pod: Pod;
  readonly port: number;
  readonly protocol: Protocol;
  /** By the address of a Service, where the log says that it was asked: what is only configured may be for others. */
  readonly throughService?: boolean;
}

/** The same where labels are not all known: nothing lets it through for sure, and what isolates the pod does so surely. */
const unsureHalf = ({ answer, isolating, direction }: Half, { from, to }: Flow): boolean => {
  const own = direction === 'Egress' ? from : to;
  return answer !== 'yes' && own.kind === 'pod' && isolating.some((one) => isolates(one, own, direction) === 'yes');
};

/** How all of these pods are kept from answering one that asks them; undefined when one of them may answer. */
function blocked(
  snapshot: Snapshot,
  policies: readonly NetworkPolicy[],
  caller: Pod,
  asked: readonly Asked[],
  stops: (half: Half, flow: Flow) => boolean = ({ answer }) => answer === 'no',
) {
  const from = policyPod(snapshot, caller);
  const flows = asked.map(({ pod, port, protocol, throughService = false }) => {
    const flow = { from, to: policyPod(snapshot, pod), port, protocol, throughService };
    return { flow, verdict: evaluate(policies, flow) };
  });
  const stopping = ({ flow, verdict }: (typeof flows)[number]): readonly Half[] =>
    [verdict.egress, verdict.ingress].filter((half) => stops(half, flow));
  const [first] = flows;
  if (first === undefined || flows.some((flow) => stopping(flow).length === 0)) return undefined;
  const halves = stopping(first);
  const [half] = halves;
  const [policy] = half?.isolating ?? [];
  return half === undefined || policy === undefined ? undefined : { flow: first.flow, half, halves, policy };
}

/** The pods behind a Service, at the port that is asked for. */
function askedBehind(snapshot: Snapshot, service: Service, port: number | undefined): readonly Asked[] {
  return snapshot
    .podsSelectedBy(service)
    .filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
    .slice(0, MOST_PODS)
    .flatMap((pod) => {
      const target = podPort(snapshot, pod, service, port);
      return target === undefined ? [] : [{ pod, ...target }];
    });
}

/**
 * The pods that a log asks in vain: those of the Service that it names or whose address it has, or the member of a
 * StatefulSet (`ring-0.ring`).
 * Where the bundle does not say which pods a Service has, its name is that of their workload or begins with it:
 * `ring-client` is of `ring-0`.
 */
function askedInVain(snapshot: Snapshot, caller: Pod, { host, port }: HostPort): readonly Asked[] {
  if (port === undefined) return [];
  const { namespace } = caller.metadata;
  const [label = '', , third] = host.split('.');
  const { service, pod: at } = snapshot.resolve(`${host}:${port}`, namespace);
  const isMember = third === undefined || third === namespace;
  const named = at ?? (isMember ? snapshot.get('pods', namespace, label) : undefined);
  const throughService = named === undefined && service?.spec?.clusterIP !== 'None';
  const behind = service === undefined || named !== undefined ? [] : askedBehind(snapshot, service, port);
  if (behind.length > 0 || (named === undefined && service?.spec?.selector !== undefined))
    return behind.map((one) => ({ ...one, throughService }));
  const own = workloadStem(caller.metadata.name);
  const stems = snapshot.podsIn(namespace ?? '').map((pod) => ({ pod, stem: workloadStem(pod.metadata.name) }));
  // Who asks a Service of its own name asks itself: only a name that is longer may be that of another workload.
  const called = service?.metadata.name ?? label;
  const fits = (stem: string): boolean => called === stem || (stem !== own && called.startsWith(`${stem}-`));
  const longest = Math.max(0, ...stems.flatMap(({ stem }) => (fits(stem) ? [stem.length] : [])));
  const pods =
    named === undefined
      ? stems.flatMap(({ pod, stem }) => (stem.length === longest && fits(stem) ? [pod] : []))
      : [named];
  return pods.map((pod) => ({ pod, port, protocol: 'TCP', throughService }));
}

const names = (policies: readonly NetworkPolicy[]): string => policies.map((p) => p.metadata.name).join(', ');

export default defineCheck({
  id: 'netpol-blocks-flow',
  layer: 3,
  title: 'NetworkPolicies let the configured calls through',
  failureTitle: 'A NetworkPolicy blocks a call that the application makes',
  why: 'An isolated pod sends and receives only what some policy allows. Everything else is dropped without an answer: callers time out, nothing is refused, nothing is logged on the other side.',
  fix: ['Add a rule for this flow to a policy of the isolated side.'],
  next: ['kubectl get networkpolicies -n {namespace} -o yaml'],
  severity: 'critical',
  confidence: 'high',
  needs: ['networkPolicies', 'pods'],
  wants: ['services', 'namespaces', 'containerLogs', 'probes'],
  reads: UNANSWERED,
  *run(_facts, { snapshot }) {
    const policies = knownPolicies(snapshot);
    if (policies.length === 0) return;
    yield* configuredCalls(snapshot, policies);
    yield* unansweredCalls(snapshot, policies);
  },
});

/** Calls to a Service that a workload's configuration names. */
function* configuredCalls(snapshot: Snapshot, policies: readonly NetworkPolicy[]): Generator<FindingDraft> {
  const unsure = otherEngines(snapshot);
  const told = new Set<string>();
  for (const { address, service } of serviceGraph(snapshot).calls) {
    const caller = address.pod;
    if (caller === undefined) continue;
    const at = `${address.workload.kind}/${address.namespace ?? ''}/${address.workload.name}→${service.metadata.namespace ?? ''}/${service.metadata.name}:${address.port ?? ''}`;
    if (told.has(at)) continue;
    told.add(at);
    const found = blocked(snapshot, policies, caller, askedBehind(snapshot, service, address.port));
    if (found === undefined) continue;
    const { flow, half, halves, policy } = found;
    const line = timeouts(snapshot, caller, address.host);
    const probe = probesOf(snapshot, service, address.port).failed[0];
    const hurt = line !== undefined || probe !== undefined || podReady(caller) === false;
    const rules = halves.map((one) =>
      one.direction === 'Egress'
        ? `${names(one.isolating)} allows no egress from ${address.workload.name} to port ${flow.port}/${flow.protocol} of ${service.metadata.name}`
        : `${names(one.isolating)} allows no ingress from ${address.workload.name} to port ${flow.port}/${flow.protocol}`,
    );
    const namespace = policy.metadata.namespace;
    yield {
      subject: snapshot.named('NetworkPolicy', policy.metadata.name, { namespace }),
      variant: half.direction.toLowerCase(),
      severity: hurt && enforced(snapshot) !== false && !unsure ? 'critical' : 'info',
      confidence: unsure ? 'low' : 'high',
      message: `${address.workload.kind} ${address.workload.name} calls ${address.host}${address.port === undefined ? '' : `:${address.port}`} (${address.key}), and NetworkPolicies drop it: ${rules.join('; ')}`,
      evidence: [
        snapshot.quote(policy, half.direction === 'Egress' ? '/spec/egress' : '/spec/ingress'),
        snapshot.quote(address.holder, address.pointer),
        ...(line === undefined ? [] : [line]),
        ...(probe === undefined ? [] : [probe.source]),
      ],
      fix: [
        half.direction === 'Egress'
          ? `Allow egress from the pods of ${address.workload.name} to ${JSON.stringify(service.spec?.selector ?? {})} on port ${flow.port}/${flow.protocol} (the pod port, not the Service port)`
          : `Allow ingress to ${JSON.stringify(service.spec?.selector ?? {})} on port ${flow.port}/${flow.protocol} from the pods of ${address.workload.name}${flow.from.namespace === namespace ? '' : ` in namespace ${flow.from.namespace}`}`,
      ],
      way: policyPath(policies, flow, {
        service: `Service ${service.metadata.namespace ?? ''}/${service.metadata.name}`,
      }),
      related: [
        refOf(service),
        refOf(caller),
        address.workload,
        // Where nothing but "nothing at all" isolates a side, that policy is the cause (netpol-default-deny).
        ...halves.flatMap(({ isolating, direction }) =>
          isolating.every((one) => deniesAll(one, direction)) ? isolating.map(refOf) : [],
        ),
      ],
    };
  }
}

/** Calls that nothing configures here: the log of the caller says whom it asks and that no answer comes. */
function* unansweredCalls(snapshot: Snapshot, policies: readonly NetworkPolicy[]): Generator<FindingDraft> {
  if (enforced(snapshot) === false || otherEngines(snapshot)) return;
  const told = new Set<string>();
  for (const hits of gradedHits(snapshot, UNANSWERED, (hit) => addressOfHit(hit)?.host)) {
    const [hit] = hits.hits;
    const address = hit === undefined ? undefined : addressOfHit(hit);
    const caller = hits.pod;
    // A few lines of a pod that runs may be a blip; where its log was cut out to end with them they are what is meant.
    const isBlip = hits.grade === 'past' && weightOf(snapshot, hits.hits, RECURRING) === 'few';
    if (address === undefined || caller === undefined || isBlip) continue;
    const asked = askedInVain(snapshot, caller, address);
    const sure = blocked(snapshot, policies, caller, asked);
    const found = sure ?? blocked(snapshot, policies, caller, asked, unsureHalf);
    if (found === undefined || told.has(`${caller.metadata.name}→${found.policy.metadata.name}`)) continue;
    told.add(`${caller.metadata.name}→${found.policy.metadata.name}`);
    const { flow, half, policy } = found;
    const { name, namespace } = policy.metadata;
    const workload = snapshot.workloadOf(caller);
    const to = `port ${flow.port}/${flow.protocol}`;
    yield {
      subject: snapshot.named('NetworkPolicy', name, { namespace }),
      variant: half.direction.toLowerCase(),
      confidence: sure === undefined ? 'low' : 'medium',
      message: `The log of ${caller.metadata.name} says that ${address.host}:${flow.port} does not answer, and NetworkPolicy ${names(half.isolating)} ${sure === undefined ? `isolates ${half.direction === 'Egress' ? 'it' : flow.to.name}, and none of its rules is known to let this pass:` : `allows no ${half.direction.toLowerCase()} from it to`} ${to} of ${flow.to.name}: ${hits.line}`,
      evidence: [
        snapshot.quote(policy, half.direction === 'Egress' ? '/spec/egress' : '/spec/ingress'),
        hits.evidence[0],
      ],
      fix: [
        `Allow ${half.direction.toLowerCase()} for this flow in a policy of the isolated side: from the pods of ${workload?.name ?? caller.metadata.name} to ${to}`,
      ],
      related: [refOf(caller), ...(workload === undefined ? [] : [workload])],
    };
  }
}
