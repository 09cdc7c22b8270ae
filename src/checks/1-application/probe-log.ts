/** What the log of a program says of the probes that it answers with an error. */
import type { Evidence } from '../../parsers/records.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';
import { podOfLog } from '../../snapshot/logs/log-owner.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { ProbeTrouble } from './probe-verdict.ts';

export interface Refused {
  readonly words: string;
  readonly evidence: Evidence;
  readonly fix: readonly string[];
}

/** The program refuses the name by which the kubelet calls it: the address of the pod. */
export function hostRefused(snapshot: Snapshot, { telling, seen }: ProbeTrouble): Refused | undefined {
  const { statusCode = 0 } = telling ?? {};
  if (statusCode < 400) return undefined;
  const hit = snapshot.hits('app-host-refused').findLast((one) => {
    const pod = podOfLog(snapshot, one);
    return pod === undefined
      ? (one.origin.pod ?? seen.ref.name) === seen.ref.name
      : pod.metadata.name === seen.ref.name;
  });
  const evidence = hit === undefined ? undefined : snapshot.evidenceOf(hit)[0];
  if (hit === undefined || evidence === undefined) return undefined;
  return {
    words: `; its log says why: ${parseLogLine(hit.last.text).message.trim().slice(0, 300)}`,
    evidence,
    fix: [
      'Probes call the program by the address of its pod: give the probe a header Host that the program allows (httpGet.httpHeaders), or allow the address (Django ALLOWED_HOSTS, Rails config.hosts).',
    ],
  };
}
