import { eventMessage } from '../../snapshot/events.ts';
import { refTo } from '../../snapshot/ref.ts';
import { unmetRefs } from '../../snapshot/pods/config-refs.ts';
import { containersOf } from '../../snapshot/pods/containers.ts';
import { containerOfEvent, isWell, podsWithNews, type PodSeen } from '../../snapshot/pods/pods-seen.ts';
import { defineCheck } from '../check.ts';

const NO_KEY = /couldn't find key (\S{1,253}) in (ConfigMap|Secret) (\S{1,500})/;
const NO_ITEM = /references non-existent (config|secret) key: (\S{1,253})/;

interface Lacking {
  readonly key: string;
  readonly kind: string;
  /** The object in words. */
  readonly ref: string;
  /** '' where the kubelet does not name it. */
  readonly name: string;
}

/** The key and the object that the kubelet's words say it lacks. */
function say(text: string): Lacking | undefined {
  const [, envKey, envKind = '', path = ''] = NO_KEY.exec(text) ?? [];
  if (envKey !== undefined) {
    const name = path.split('/').at(-1) ?? '';
    return { key: envKey, kind: envKind, ref: `${envKind} ${name}`, name };
  }
  const item = NO_ITEM.exec(text);
  const kind = item?.[1] === 'secret' ? 'Secret' : 'ConfigMap';
  // Of a volume the kubelet tells its own name for it.
  const volume = /for volume "(?:kubernetes\.io\/\w{1,20}\/[0-9a-f-]{36}-)?([^"]{1,253})"/.exec(text)?.[1];
  const ref = volume === undefined ? kind : `the ${kind} of volume ${volume}`;
  return item?.[2] === undefined ? undefined : { key: item[2], kind, ref, name: '' };
}

/** The same key may be missing in several objects. */
const idOf = (name: string, key: string): string => `${name}/${key}`;

const complains = ({ pod, events }: PodSeen): boolean =>
  events.some((event) => say(eventMessage(event)) !== undefined) ||
  (pod !== undefined && containersOf(pod).some((one) => say(one.status?.state?.waiting?.message ?? '') !== undefined));

export default defineCheck({
  id: 'config-key-missing',
  layer: 1,
  title: 'Every key that pods want from a ConfigMap or Secret is in it',
  failureTitle: 'A key that the pod wants is not in its ConfigMap or Secret',
  why: 'The object exists, but not the key: renamed, misspelt, or not filled in. The container is not created.',
  fix: ['Add key {key} to {ref}, correct the reference, or mark it optional.'],
  next: ['kubectl describe pod {name} -n {namespace}', 'kubectl get configmaps,secrets -n {namespace}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events'],
  wants: ['configMaps', 'secrets'],
  *run(_facts, { snapshot }) {
    const unmet = unmetRefs(snapshot);
    for (const seen of podsWithNews(snapshot, unmet.keys())) {
      if (!complains(seen) && !(seen.pod !== undefined && unmet.has(seen.pod))) continue;
      const { namespace } = seen.ref;
      const done = new Set<string>();
      const well = (): boolean => seen.pod !== undefined && isWell(seen.pod);
      for (const container of seen.pod === undefined ? [] : containersOf(seen.pod)) {
        const told = say(container.status?.state?.waiting?.message ?? '');
        if (told === undefined || done.has(idOf(told.name, told.key)) || seen.pod === undefined) continue;
        done.add(idOf(told.name, told.key));
        yield {
          subject: seen.subject(container.name),
          variant: told.kind.toLowerCase(),
          message: `Key ${told.key} is not in ${told.ref}, so container ${container.name} is not created`,
          evidence: [snapshot.quote(seen.pod, `${container.at}/state/waiting/message`)],
          params: { key: told.key, ref: told.ref, container: container.name },
        };
      }
      for (const event of seen.events) {
        const told = say(eventMessage(event));
        if (told === undefined || done.has(idOf(told.name, told.key))) continue;
        done.add(idOf(told.name, told.key));
        yield {
          subject: seen.subject(containerOfEvent(event)),
          variant: told.kind.toLowerCase(),
          message: `Key ${told.key} is not in ${told.ref}, so the pod cannot start`,
          evidence: [snapshot.quoteEvent(event)],
          params: { key: told.key, ref: told.ref },
          ...(seen.gone ? { state: 'historic' as const } : well() ? { state: 'recovered' as const } : {}),
        };
      }
      if (seen.pod === undefined) continue;
      for (const { ref, keys } of unmet.get(seen.pod) ?? []) {
        if (keys === undefined || ref.key === undefined) continue;
        const id = idOf(ref.name, ref.key);
        if (done.has(id) || done.has(idOf('', ref.key))) continue;
        done.add(id);
        yield {
          subject: seen.subject(ref.container),
          variant: ref.kind.toLowerCase(),
          severity: well() ? 'warning' : 'critical',
          message: `Key ${ref.key} is not in ${ref.kind} ${ref.name}, which has ${keys.slice(0, 8).join(', ')}`,
          evidence: [snapshot.quote(seen.pod, ref.at)],
          params: { key: ref.key, ref: `${ref.kind} ${ref.name}`, container: ref.container ?? '' },
          related: [refTo(ref.kind, namespace, ref.name)],
        };
      }
    }
  },
});
