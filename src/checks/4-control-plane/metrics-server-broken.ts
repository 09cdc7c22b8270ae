import type { Evidence } from '../../parsers/records.ts';
import { eventMessage } from '../../snapshot/events.ts';
import { countOf, fellSilent, quotesOf, timing, weightOf } from '../../snapshot/logs/hits.ts';
import type { Pod } from '../../snapshot/kinds/index.ts';
import { podReady, quoteReadiness } from '../../snapshot/pods/readiness.ts';
import { refTo, type Ref } from '../../snapshot/ref.ts';
import { staying, unsteadyPods } from '../../snapshot/pods/steady.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck } from '../check.ts';

/** The group is not registered: nobody serves metrics.k8s.io. */
const ABSENT =
  /Metrics API not available|could not find the requested resource \(get \w{1,20}\.metrics\.k8s\.io\)|no matches for kind "(?:Pod|Node)Metrics"/;
/** The group is registered and its server does not answer. */
const DOWN =
  /unable to handle the request \(get \w{1,20}\.metrics\.k8s\.io\)|the server is currently unable to handle the request.{0,60}(?<!external\.|custom\.)metrics\.k8s\.io|(?<![\w.])metrics\.k8s\.io\/v\w{1,12}: the server is currently unable/;
/** A readiness probe each ten seconds: six of them are a minute without a scrape (ours). */
const PROBES = 6;
const NO_METRICS = /no metrics to serve/;
const YOUNG = /metrics not available yet/;
/** These do not pass by themselves. */
const LASTING = /IP SANs|unknown authority|tls: internal error|[Ff]orbidden|Unauthorized/;
const DEPLOYMENT = /^(?:rke2-)?metrics-server$/;
/** Fewer failed scrapes belong to a node that restarts (ours). */
const FEW = 3;
/** metric-resolution is 15 s by default; this long without a complaint is no longer broken, s (ours). */
const SILENT_S = 300;

export default defineCheck({
  id: 'metrics-server-broken',
  layer: 4,
  title: 'metrics-server serves the resource metrics',
  failureTitle: 'The Metrics API (metrics.k8s.io, metrics-server) does not work',
  why: 'kubectl top and HorizontalPodAutoscalers have no numbers: autoscalers keep their replicas. Nothing else depends on it.',
  fix: [
    'Not installed: install metrics-server',
    "Installed: look at its pod and log; approve the kubelets' serving CSRs (serverTLSBootstrap), open port 10250 from its pod to the nodes",
  ],
  next: [
    'kubectl get apiservice v1beta1.metrics.k8s.io -o yaml',
    'kubectl -n kube-system get pods -l k8s-app=metrics-server -o wide; kubectl -n kube-system logs -l k8s-app=metrics-server --tail=50',
    'kubectl get csr',
  ],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['commandFailures', 'horizontalPodAutoscalers', 'pods', 'containerLogs'],
  wants: ['events', 'apiServices', 'deployments'],
  reads: ['metrics-server-scrape-failed'],
  *run({ commandFailures, horizontalPodAutoscalers, pods, events, apiServices, deployments }, { snapshot }) {
    // Who says so: kubectl top, the autoscalers' conditions, their events.
    const said: { readonly text: string; readonly evidence: Evidence }[] = commandFailures.map((failure) => ({
      text: failure.message,
      evidence: failure.source,
    }));
    const blind = new Map<string, Ref>();
    for (const hpa of horizontalPodAutoscalers)
      hpa.status?.conditions?.forEach((condition, i) => {
        const text = condition.message ?? '';
        if (!ABSENT.test(text) && !DOWN.test(text)) return;
        said.push({ text, evidence: snapshot.quote(hpa, `/status/conditions/${i}/message`) });
        blind.set(hpa.metadata.name, {
          kind: 'HorizontalPodAutoscaler',
          namespace: hpa.metadata.namespace ?? '',
          name: hpa.metadata.name,
        });
      });
    for (const event of events) {
      const text = eventMessage(event);
      const about = event.involvedObject;
      if (
        about?.kind !== 'HorizontalPodAutoscaler' ||
        about.name === undefined ||
        (!ABSENT.test(text) && !DOWN.test(text)) ||
        seesAgain(snapshot, about)
      )
        continue;
      said.push({ text, evidence: snapshot.quoteEvent(event) });
      blind.set(about.name, { kind: 'HorizontalPodAutoscaler', namespace: about.namespace ?? '', name: about.name });
    }
    const absent = said.filter(({ text }) => ABSENT.test(text));
    // A row of a table only says that an autoscaler has no current value.
    if (absent.length > 0)
      for (const { metadata, status } of horizontalPodAutoscalers)
        if (
          status?.conditions?.some((c) => c.type === 'ScalingActive' && c.status === 'False' && c.message === undefined)
        )
          blind.set(metadata.name, {
            kind: 'HorizontalPodAutoscaler',
            namespace: metadata.namespace ?? '',
            name: metadata.name,
          });
    const down = said.filter(({ text }) => DOWN.test(text) || YOUNG.test(text));
    const lines = snapshot.hits('metrics-server-scrape-failed').filter((hit) => !ABSENT.test(hit.first.text));
    // "no metrics to serve" is what every start says until the second scrape; alone and seldom it is no more than that.
    const idle =
      lines.every((hit) => NO_METRICS.test(hit.first.text)) && countOf(lines) < PROBES && commandFailures.length === 0;
    // Beside other lines it is their beginning, not more of them.
    const hits = idle
      ? []
      : lines.some((hit) => !NO_METRICS.test(hit.first.text))
        ? lines.filter((hit) => !NO_METRICS.test(hit.first.text))
        : lines;
    // While all is well nobody need look for it among the pods.
    const asked = said.length > 0 || hits.length > 0 || unsteadyPods(snapshot).some(isMetricsServer);
    const servers = asked ? pods.filter(isMetricsServer) : [];
    const sick = staying(servers).find((pod) => podReady(pod) === false);
    if (sick === undefined && said.length === 0 && hits.length === 0) return;
    const victims = [...blind.values()];
    const who =
      victims.length === 0
        ? ''
        : `; ${
            victims.length === 1
              ? `HorizontalPodAutoscaler ${victims[0]?.name ?? ''} is`
              : `${victims.length} HorizontalPodAutoscalers (${victims
                  .slice(0, 3)
                  .map((one) => one.name)
                  .join(', ')}) are`
          } blind and cannot scale`;
    const reasons = [...new Set(hits.flatMap((hit) => hit.groups['reason'] ?? []))];
    const unread =
      reasons.length === 0 ? '' : `: metrics-server cannot read the kubelets: ${reasons.slice(0, 3).join('; ')}`;
    // It is ready only while it has numbers: what keeps it from reading the kubelets keeps its Deployment short too.
    const short =
      reasons.length === 0
        ? []
        : deployments
            .filter(({ metadata }) => DEPLOYMENT.test(metadata.name))
            .map(({ metadata }) => refTo('Deployment', metadata.namespace, metadata.name));
    const quotes = [...absent, ...down].map((one) => one.evidence);
    const subject = (pod?: Pod) =>
      pod === undefined ? ({ kind: 'APIService', name: 'v1beta1.metrics.k8s.io' } as const) : snapshot.subject(pod);
    const registered = apiServices.some((api) => api.metadata.name.endsWith('metrics.k8s.io'));
    const [first, ...rest] = quotes;

    if (sick !== undefined) {
      const last = quotesOf(hits);
      yield {
        subject: subject(sick),
        // It is ready only while it has numbers: what keeps it from them also fails its readiness probe.
        variant: reasons.some((one) => LASTING.test(one)) ? 'scrape' : 'not-ready',
        message: `The metrics-server pod ${sick.metadata.name} is not ready, so metrics.k8s.io has no numbers${unread}${who}`,
        evidence: [quoteReadiness(snapshot, sick), ...(last ?? []).slice(0, 2), ...quotes.slice(0, 2)],
        related: victims,
      };
      return;
    }
    if (first !== undefined && absent.length > 0) {
      const missing = servers.length === 0 && (snapshot.listed('pods') || snapshot.listed('pods', 'kube-system'));
      yield {
        subject: subject(servers[0]),
        variant: registered ? 'unavailable' : 'not-installed',
        // Without autoscalers nobody misses it: many clusters run without on purpose.
        ...(victims.length === 0 ? { severity: 'info' as const } : {}),
        message: `The Metrics API metrics.k8s.io is not registered in the cluster${missing ? ' and no metrics-server pod runs: metrics-server is not installed' : servers.length === 0 ? ': metrics-server is probably not installed' : `, though ${servers[0]?.metadata.name ?? 'metrics-server'} runs`}${who}`,
        evidence: [first, ...rest],
        related: victims,
      };
      return;
    }
    if (first !== undefined) {
      yield {
        subject: subject(servers[0]),
        variant: 'unavailable',
        message: `The Metrics API metrics.k8s.io does not answer${servers.length === 0 ? '' : `, though ${servers[0]?.metadata.name ?? ''} runs`}${unread}${who}`,
        evidence: [first, ...rest, ...(quotesOf(hits) ?? []).slice(0, 2)],
        related: [...victims, ...short, refTo('APIService', undefined, 'v1beta1.metrics.k8s.io')],
      };
      return;
    }
    const scrapes = quotesOf(hits);
    if (scrapes === undefined) return;
    const count = countOf(hits);
    const nodes = [
      ...new Set(
        hits.flatMap((hit) => /node="([\w.-]{1,253})"/.exec(hit.first.text.replaceAll('\\"', '"'))?.[1] ?? []),
      ),
    ];
    yield {
      subject: subject(servers[0]),
      variant: 'scrape',
      severity:
        weightOf(snapshot, hits, FEW) === 'few' && !reasons.some((one) => LASTING.test(one)) ? 'info' : 'warning',
      message: `metrics-server cannot read ${nodes.length === 0 ? 'the kubelets' : `the kubelet of ${nodes.slice(0, 3).join(', ')}`}${reasons.length === 0 ? '' : `: ${reasons.slice(0, 3).join('; ')}`} (${count} ${count === 1 ? 'line' : 'lines'})`,
      evidence: scrapes,
      related: [...short, ...nodes.slice(0, 20).map((name) => ({ kind: 'Node', name }))],
      ...timing(snapshot, hits),
      // It tries every 15 s, and is ready only while it has numbers.
      ...(servers.some((pod) => podReady(pod) === true) && fellSilent(snapshot, hits, SILENT_S)
        ? { state: 'recovered' as const }
        : {}),
    };
  },
});

/** An autoscaler whose condition says that it has its metrics: what its events said before is over. */
function seesAgain(snapshot: Snapshot, { namespace, name = '' }: Partial<Ref>): boolean {
  const conditions = snapshot.get('horizontalPodAutoscalers', namespace, name)?.status?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'ScalingActive' && status === 'True');
}

function isMetricsServer({ metadata }: Pod): boolean {
  return (
    metadata.labels?.['k8s-app'] === 'metrics-server' ||
    metadata.labels?.['app.kubernetes.io/name'] === 'metrics-server' ||
    /^(?:rke2-)?metrics-server-[a-z0-9]{5,10}-[a-z0-9]{5}$/.test(metadata.name)
  );
}
