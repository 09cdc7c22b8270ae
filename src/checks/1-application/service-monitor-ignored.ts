import { matchesSelector } from '../../lib/labels.ts';
import type { CustomResource } from '../../parsers/records.ts';
import type { ObjectOf, Service } from '../../snapshot/kinds/index.ts';
import { refOf } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { defineCheck, type FindingDraft } from '../check.ts';

type ServiceMonitor = ObjectOf<'serviceMonitors'>;

const list = (words: readonly string[]): string => words.slice(0, 3).join(', ');
const written = (labels: Readonly<Record<string, string>> | undefined): string =>
  list(Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`)) || 'none';

/** Whether a Prometheus reads it: undefined where it asks for labels of namespaces. */
function isRead({ monitors, namespace }: CustomResource, monitor: ServiceMonitor): boolean | undefined {
  const { labels, namespace: home } = monitor.metadata;
  if (!matchesSelector(monitors?.labels, labels)) return false;
  if (monitors?.namespaces === 'own') return namespace === undefined || home === undefined || namespace === home;
  return monitors?.namespaces === 'all' ? true : undefined;
}

/** The Services in which it looks for its own; empty where the bundle does not tell their labels. */
function candidates(snapshot: Snapshot, { metadata, spec }: ServiceMonitor): readonly Service[] {
  const { any, matchNames } = spec?.namespaceSelector ?? {};
  const named = matchNames ?? [];
  const places = new Set<string | undefined>(named.length > 0 ? named : [metadata.namespace]);
  const found = snapshot
    .list('services')
    .filter((service) => any === true || places.has(service.metadata.namespace ?? metadata.namespace));
  // Rows of a table have no labels.
  return found.every(({ metadata: { labels, uid } }) => labels !== undefined || uid !== undefined) ? found : [];
}

/** No Prometheus that the bundle shows reads it. */
function unread(
  snapshot: Snapshot,
  monitor: ServiceMonitor,
  readers: readonly CustomResource[],
): FindingDraft | undefined {
  if (readers.length === 0 || readers.some((reader) => isRead(reader, monitor) !== false)) return undefined;
  const { name, labels } = monitor.metadata;
  const [reader] = readers;
  const wants = reader?.monitors?.labels;
  const others =
    readers.length === 1
      ? `${reader?.resourceKind ?? ''} ${reader?.name ?? ''} reads`
      : `the ${readers.length} Prometheus read`;
  return {
    subject: snapshot.subject(monitor),
    variant: 'not-selected',
    message: `No Prometheus reads ServiceMonitor ${name}, so nothing that it names is scraped: its labels are ${written(labels)}, and ${others} ${
      wants === undefined
        ? 'none, without a serviceMonitorSelector'
        : `those with ${written(wants.matchLabels)}${reader?.monitors?.namespaces === 'own' ? ` in namespace ${reader.namespace ?? ''}` : ''}`
    }`,
    fix: [
      'Give the ServiceMonitor the labels that serviceMonitorSelector of the Prometheus asks for (with kube-prometheus-stack release: NAME), or widen serviceMonitorSelector and serviceMonitorNamespaceSelector.',
    ],
    evidence: [snapshot.quote(monitor, '/metadata/labels'), ...(reader === undefined ? [] : [reader.source])],
  };
}

/** It is read, and finds no Service, or no port of its Services. */
function aimless(snapshot: Snapshot, monitor: ServiceMonitor): FindingDraft | undefined {
  const { name } = monitor.metadata;
  const services = candidates(snapshot, monitor);
  if (services.length === 0 || monitor.spec?.selector === undefined) return undefined;
  const selected = services.filter(({ metadata }) => matchesSelector(monitor.spec?.selector, metadata.labels));
  const ports = (monitor.spec.endpoints ?? []).flatMap(({ port }) => port ?? []);
  if (selected.length === 0)
    return {
      subject: snapshot.subject(monitor),
      variant: 'no-service',
      message: `ServiceMonitor ${name} selects Services with the labels ${written(monitor.spec.selector.matchLabels)}, and none of those in its namespaces has them: ${list(services.map(({ metadata }) => `${metadata.name} has ${written(metadata.labels)}`))}`,
      fix: [
        'Give the Service (its own labels, not its selector) the labels that the ServiceMonitor asks for, and name its namespace in namespaceSelector where it lies in another.',
      ],
      evidence: [snapshot.quote(monitor, '/spec/selector'), snapshot.quote(services[0] ?? monitor, '/metadata/labels')],
      related: services.slice(0, 3).map(refOf),
    };
  const known = selected.flatMap(({ spec }) => spec?.ports ?? []);
  const lost = ports.find((port) => !known.some((one) => one.name === port));
  if (lost === undefined || known.length === 0) return undefined;
  return {
    subject: snapshot.subject(monitor),
    variant: 'no-port',
    message: `ServiceMonitor ${name} scrapes port ${lost} of the Services that it selects, and none of them has a port of that name: ${list(selected.map(({ metadata, spec }) => `${metadata.name} has ${list((spec?.ports ?? []).map((one) => one.name ?? `${one.port ?? ''} without a name`))}`))}`,
    fix: ['Name the port of the Service as endpoints[].port of the ServiceMonitor does; numbers stand in targetPort.'],
    evidence: [snapshot.quote(monitor, '/spec/endpoints'), snapshot.quote(selected[0] ?? monitor, '/spec/ports')],
    related: selected.slice(0, 3).map(refOf),
  };
}

/** More of them than people paste: nobody picked this one out (HEUR). */
const PICKED = 3;

export default defineCheck({
  id: 'service-monitor-ignored',
  layer: 1,
  title: 'ServiceMonitors lead a Prometheus to their Services',
  failureTitle: 'A ServiceMonitor is read by no Prometheus, or finds nothing to scrape',
  why: 'The operator of Prometheus writes a scrape job for each ServiceMonitor that serviceMonitorSelector of a Prometheus selects; the job keeps the endpoints of Services whose own labels the ServiceMonitor selects, at ports that it names. What does not fit is left out without a word.',
  fix: ['Bring the labels, namespaces and names of ports together.'],
  next: [
    "kubectl get prometheus -A -o jsonpath='{.items[*].spec.serviceMonitorSelector}'",
    'kubectl get servicemonitor {name} -n {namespace} -o yaml',
    'kubectl get svc -n {namespace} --show-labels',
  ],
  severity: 'warning',
  confidence: 'medium',
  needs: ['serviceMonitors'],
  wants: ['services', 'customResources'],
  *run({ serviceMonitors }, { snapshot }) {
    const readers = snapshot.facts('customResources').filter(({ monitors }) => monitors !== undefined);
    for (const monitor of serviceMonitors) {
      if (monitor.spec === undefined) continue;
      const found = unread(snapshot, monitor, readers) ?? aimless(snapshot, monitor);
      if (found === undefined) continue;
      // Charts bring some for what is not there; one that somebody picked out is meant.
      const dumped = serviceMonitors.length > PICKED || snapshot.listed('serviceMonitors', monitor.metadata.namespace);
      yield { ...found, ...(dumped ? { severity: 'info' } : {}) };
    }
  },
});
