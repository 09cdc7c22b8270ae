import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, speaker, type GradedHits } from '../log-findings.ts';
import { besideHits } from '../../snapshot/logs/hits.ts';
import { podSpecOf } from '../../snapshot/pods/pod-spec.ts';
import { refOf, type Ref } from '../../snapshot/ref.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

const SIGNATURES = [
  'app-service-link',
  'app-port-invalid',
  'app-config-invalid',
  'app-config-unreadable',
  'app-flag-unknown',
];

/** Redis and Valkey tell the directive and what is wrong with it in the lines below. */
const REDIS = /FATAL CONFIG FILE ERROR/;
const BELOW = /^>>> .{1,200}|^(?!Reading the conf)[A-Z][\w' ]{5,160}\.?$/;

/**
 * The lines round a complaint that name the field: Go's YAML and the OpenTelemetry collector list them below, and the
 * collector warns of a variable before it fails at the field that it was to fill.
 */
const FIELDS =
  /references unset environment variable.{0,120}|line \d{1,6}: (?:field \S{1,120} (?:not found|already set) in type|cannot unmarshal) .{1,120}|^(?:\* )?(?:error decoding '|'[^']{1,120}' (?:has invalid keys|expected )).{1,200}/;

/** The variable that a Service of this name gives to the pods of its namespace. */
const variableOf = (service: string): string => `${service.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_PORT`;

/** A Service that bears the name of the program which is not content with its port, and the variable that it sets. */
function serviceLink(
  snapshot: Snapshot,
  { hits, pod, subject }: GradedHits,
): { readonly words: string; readonly service: Ref } | undefined {
  if (pod === undefined || !hits.some(({ signature }) => signature === 'app-port-invalid')) return undefined;
  const { enableServiceLinks, containers = [] } = podSpecOf(snapshot, pod);
  if (enableServiceLinks === false) return undefined;
  const names = new Set([subject.workload?.name, subject.container, ...containers.map(({ name }) => name)]);
  const { namespace } = pod.metadata;
  const service = snapshot
    .list('services')
    .find(({ metadata }) => names.has(metadata.name) && (namespace ?? metadata.namespace) === metadata.namespace);
  const variable = service === undefined ? '' : variableOf(service.metadata.name);
  if (service === undefined || containers.some(({ env }) => env?.some(({ name }) => name === variable) === true))
    return undefined;
  return {
    words: `; Kubernetes gives it ${variable}=tcp://… for the Service ${service.metadata.name}, which a program of that name takes for its port`,
    service: refOf(service),
  };
}

export default defineCheck({
  id: 'log-config-invalid',
  layer: 1,
  title: 'Programs accept their configuration',
  failureTitle: 'The log says that the configuration or a flag is not valid',
  why: 'The program ends at its start because a variable, a flag or its configuration file has a value that it does not understand: a version that knows other options, a typing error, or a variable that Kubernetes sets itself for each Service (NAME_PORT=tcp://…) and that the program takes for its own.',
  fix: [
    'Correct the variable, flag or file that the line names, for the version of the program that runs.',
    'Where the value is tcp://IP:PORT, it is a Service’s: set enableServiceLinks: false in the pod, or set the variable explicitly.',
  ],
  next: ['kubectl get pod {name} -n {namespace} -o yaml', 'kubectl logs {name} -n {namespace} --previous --tail=100'],
  severity: 'critical',
  confidence: 'medium',
  needsAny: ['containerLogs'],
  wants: ['pods', 'services', 'deployments'],
  reads: SIGNATURES,
  *run(_facts, { snapshot }) {
    for (const hits of gradedHits(snapshot, SIGNATURES)) {
      const link = serviceLink(snapshot, hits);
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'info' },
        {
          ...(link !== undefined || /tcp:\/\//.test(hits.line) ? { variant: 'service-link' } : {}),
          ...(link === undefined ? {} : { related: [link.service] }),
          message: `${speaker(hits)} does not accept its configuration: ${hits.line}${besideHits(hits.hits, REDIS.test(hits.line) ? BELOW : FIELDS)}${link?.words ?? ''}`,
        },
      );
    }
  },
});
