import { defineCheck } from '../check.ts';
import { gradedHits, logFinding, speaker } from '../log-findings.ts';
import { besideHits } from '../../snapshot/logs/hits.ts';

const SIGNATURES = ['app-service-link', 'app-config-invalid', 'app-config-unreadable', 'app-flag-unknown'];

/** Redis and Valkey tell the directive and what is wrong with it in the lines below. */
const REDIS = /FATAL CONFIG FILE ERROR/;
const BELOW = /^>>> .{1,200}|^(?!Reading the conf)[A-Z][\w' ]{5,160}\.?$/;

/** The OpenTelemetry collector warns of a variable and then fails at the field that it was to fill. */
const UNSET = /references unset environment variable.{0,120}/;

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
  wants: ['pods'],
  reads: SIGNATURES,
  *run(_facts, { snapshot }) {
    for (const hits of gradedHits(snapshot, SIGNATURES)) {
      yield logFinding(
        hits,
        { failing: 'critical', ongoing: 'info' },
        {
          ...(/tcp:\/\//.test(hits.line) ? { variant: 'service-link' } : {}),
          message: `${speaker(hits)} does not accept its configuration: ${hits.line}${besideHits(hits.hits, REDIS.test(hits.line) ? BELOW : UNSET)}`,
        },
      );
    }
  },
});
