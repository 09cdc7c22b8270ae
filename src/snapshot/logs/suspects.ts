/** Which pods a log of unknown origin can be of: those whose own log is not in the bundle under its program's name. */
import { programHint } from '../../parsers/logs/program.ts';
import type { LogStream } from '../../parsers/records.ts';
import { workloadStem } from '../../parsers/pod-name.ts';
import type { KubeEvent, Pod } from '../kinds/index.ts';

/** Without the pods of programs of the platform (`coredns`, `etcd`) that have a log of their name. */
export function withoutOwnLog(pods: readonly Pod[], logs: readonly LogStream[]): readonly Pod[] {
  const programs = new Set(logs.flatMap(({ origin }) => origin.program ?? []));
  return programs.size === 0
    ? pods
    : pods.filter(({ metadata }) => {
        const program = programHint(metadata.name);
        return program === undefined || !programs.has(program);
      });
}

/** Another pod crashes too, as events tell, of which no table tells: the log may be its. */
export function othersCrash(pods: readonly Pod[], events: readonly KubeEvent[]): boolean {
  const stems = new Set(pods.map(({ metadata }) => workloadStem(metadata.name)));
  return events.some(({ reason, involvedObject: about, message = '' }) => {
    return (
      reason === 'BackOff' &&
      /restarting failed container/.test(message) &&
      about?.kind === 'Pod' &&
      about.name !== undefined &&
      !stems.has(workloadStem(about.name))
    );
  });
}
