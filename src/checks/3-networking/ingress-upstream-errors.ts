import { groupBy } from '../../lib/group-by.ts';
import { refTo } from '../../snapshot/ref.ts';
import { quotesOf } from '../../snapshot/logs/hits.ts';
import { podReady } from '../../snapshot/pods/readiness.ts';
import { upstreamErrors, type UpstreamError } from '../../snapshot/network/upstream-errors.ts';
import { defineCheck } from '../check.ts';

const MEANS: readonly (readonly [RegExp, string])[] = [
  [/^\D*\(?111\b|_111\b|connection refused/, 'nothing listens there (connection refused)'],
  [/^\D*\(?113\b|_113\b|no route/, 'there is no route to it'],
  [/^\D*\(?110\b|_110\b|timed out|i\/o timeout/, 'it does not answer in time'],
  [/^SSL_do_handshake/, 'the TLS handshake with it fails'],
  [/prematurely/, 'it closes the connection before it answers'],
  [/no live/, 'all its backends have failed'],
  [/host not found|could not be resolved/, 'the name does not resolve'],
  [/_104\b|\(104:/, 'it resets the connection'],
  [
    /^(?:invalid|no) port/,
    'its address has no usable port (invalid port in upstream): the Service or its endpoints name none',
  ],
  [/sent (?:no valid|invalid)/, 'what it answers is no HTTP'],
  [/^(?:UF|URX)\b/, 'connections to it fail'],
  [/^UC\b/, 'it closes the connection before it answers'],
  [/^UH\b/, 'it has no healthy endpoint'],
  [/^UT\b/, 'it does not answer in time'],
  [/^N[RC]\b/, 'the proxy has no route or cluster for it'],
  [/^UO\b/, 'the circuit breaker is open (too many connections or requests)'],
  [/^UPE\b/, 'it answers with an error of the protocol'],
];

/** Ports that are of HTTPS by custom. */
const TLS_PORT = /upstream: "http:\/\/[^"\s]{1,200}:(?:443|\d{0,2}443|9443|10250)\//;

/** One side speaks TLS and the other does not: the words of nginx, and the port that it asked in plain text. */
function tlsAdvice(text: string): string | undefined {
  if (/SSL_do_handshake/.test(text))
    return /wrong version number|unknown protocol/.test(text)
      ? 'The proxy speaks TLS and the backend plain HTTP: take backend-protocol "HTTPS" off the Ingress, or name the TLS port of the Service.'
      : 'The TLS handshake with the backend fails: compare what both sides allow (protocol versions, server name, client certificate; proxy-ssl-* annotations).';
  if (/prematurely|reset/.test(text) && TLS_PORT.test(text))
    return 'The proxy speaks plain HTTP to a port that is of HTTPS by custom, and the backend closes the connection: set nginx.ingress.kubernetes.io/backend-protocol: "HTTPS" (nginx.org/ssl-services for the controller of NGINX Inc.), or name the plain port of the Service.';
  return undefined;
}

/** Milliseconds, HEUR, within which no program has read a request: the connection was already being closed. */
const AT_ONCE = 10;

const IDLE_ADVICE =
  'Where only a few requests fail, let the backend keep idle connections longer than the proxy does (keep-alive timeout of the server, 5 seconds in Node.js by default; 1 hour in Envoy), or let the proxy end them sooner (connectionPool.http.idleTimeout in a DestinationRule) and retry what was reset. Where all fail, the port of the Service speaks another protocol.';

/** The backend ends idle connections sooner than the proxy does, and requests meet ends that are on their way. */
const idleRace = (errors: readonly UpstreamError[]): boolean =>
  errors.every(({ why, lasted }) => /^UC\b/.test(why) && lasted !== undefined && lasted <= AT_ONCE);

export default defineCheck({
  id: 'ingress-upstream-errors',
  layer: 3,
  title: 'Proxies reach their backends',
  failureTitle: 'A proxy gets errors from its backend',
  why: 'Users see 502, 503 or 504. Refused means that nothing listens at the port; a timeout means a slow pod, a policy or the network; a host that is not found stops nginx altogether.',
  fix: ['Look at the backend {upstream}: its pods, the ports of its Service, and policies in between.'],
  next: ['kubectl get endpoints -n {namespace}', 'kubectl get pods -n {namespace} -o wide'],
  severity: 'warning',
  confidence: 'medium',
  needsAny: ['containerLogs'],
  wants: ['services', 'pods'],
  reads: ['ingress-upstream-line', 'envoy-upstream-line', 'envoy-upstream-json'],
  *run(_facts, { snapshot }) {
    const groups = groupBy(
      upstreamErrors(snapshot),
      ({ workload, service, upstream }) => `${workload.kind}/${workload.name}/${service?.metadata.name ?? upstream}`,
    );
    for (const errors of groups.values()) {
      const [first] = errors;
      if (first === undefined) continue;
      const count = errors.reduce((sum, error) => sum + error.hit.count, 0);
      const name = first.service?.metadata.name;
      const namespace = first.service?.metadata.namespace;
      const caller = snapshot.ownerOfLog(first.hit.origin).pod;
      // The request was not let through to its backend at all.
      const refused = /^UAEX\b ?(.*)$/.exec(first.why);
      const race = idleRace(errors);
      const means = race
        ? `it closes the connection at once, before it answers (within ${AT_ONCE} ms): an idle keep-alive connection that it was ending just then, or another protocol on that port`
        : refused !== null
          ? `the policy check before it (external authorization, Mixer) refuses or fails with flag UAEX${refused[1] === '' ? '' : `: ${refused[1] ?? ''}`}`
          : (MEANS.find(([pattern]) => pattern.test(first.why))?.[1] ?? first.why);
      const advice = race ? IDLE_ADVICE : tlsAdvice(first.hit.last.text);
      const evidence = quotesOf(errors.slice(0, 3).map(({ hit }) => hit));
      if (evidence === undefined) continue;
      yield {
        subject: snapshot.subjectOfLog(first.hit.origin, { program: first.hit.program }),
        ...(name === undefined ? {} : { variant: name }),
        message: `${first.workload.name} gets errors from its backend ${first.upstream}${name === undefined ? '' : ` (Service ${name})`}: ${means}${first.status === undefined ? '' : ` (HTTP ${first.status})`}, ${count} ${count === 1 ? 'time' : 'times'}`,
        evidence,
        ...(advice === undefined ? {} : { fix: [advice] }),
        // nginx gives up at its start when a name does not resolve yet; a proxy that is ready now has got over it.
        ...(/host not found/.test(first.why) && caller !== undefined && podReady(caller) === true
          ? { state: 'recovered' as const }
          : {}),
        params: { upstream: name ?? first.upstream },
        related: name === undefined ? [] : [refTo('Service', namespace, name)],
        ...(first.hit.first.time === undefined ? {} : { since: first.hit.first.time }),
      };
    }
  },
});
