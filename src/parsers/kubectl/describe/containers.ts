/** Containers of a pod or a pod template, and their statuses. */
import type { Draft, Path, SourceLine } from '../draft.ts';
import { int, value } from '../values.ts';
import { find, items, put, timeOf, type Entry } from './block.ts';
import { putProbe } from './probe.ts';

/** `8080/TCP (http)`. */
const PORT = /^(\d{1,5})\/([A-Z]{2,6})(?: \((\S{1,63})\))?$/;
/** `/data from vol (rw,path="sub")`. */
const MOUNT = /^(\S{1,4096}) from (\S{1,253}) \(([^()]{0,4200})\)$/;

/** All containers below `Containers:` or `Init Containers:`. `statuses` is where their states go; templates have none. */
export function putContainers(draft: Draft, section: Entry | undefined, specs: Path, statuses: Path | undefined): void {
  section?.children.forEach((container, i) => {
    if (container.key === '') return;
    putSpec(draft, container, [...specs, i]);
    if (
      statuses !== undefined &&
      find(container.children, 'State', 'Last State', 'Ready', 'Restart Count') !== undefined
    ) {
      putStatus(draft, container, [...statuses, i]);
    }
  });
}

function putSpec(draft: Draft, container: Entry, at: Path): void {
  const fields = container.children;
  draft.set([...at, 'name'], container.key, container);
  put(draft, [...at, 'image'], find(fields, 'Image'));
  putPorts(draft, fields, [...at, 'ports']);
  for (const [key, field] of [
    ['Command', 'command'],
    ['Args', 'args'],
  ] as const) {
    const entry = find(fields, key);
    items(entry).forEach((line, i) => draft.set([...at, field, i], line.text, line));
  }
  for (const [key, field] of [
    ['Limits', 'limits'],
    ['Requests', 'requests'],
  ] as const) {
    for (const entry of find(fields, key)?.children ?? []) put(draft, [...at, 'resources', field, entry.key], entry);
  }
  for (const [key, field] of [
    ['Liveness', 'livenessProbe'],
    ['Readiness', 'readinessProbe'],
    ['Startup', 'startupProbe'],
  ] as const) {
    const entry = find(fields, key);
    if (entry !== undefined && value(entry.value) !== undefined) putProbe(draft, [...at, field], entry, entry.value);
  }
  putEnvironment(draft, fields, at);
  let mounts = 0;
  for (const line of items(find(fields, 'Mounts', 'Volume Mounts'))) {
    const mount = MOUNT.exec(line.text);
    if (mount === null) continue;
    const path = [...at, 'volumeMounts', mounts++];
    draft.set([...path, 'mountPath'], mount[1], line);
    draft.set([...path, 'name'], mount[2], line);
    draft.set([...path, 'readOnly'], /^ro\b/.test(mount[3] ?? ''), line);
    draft.set([...path, 'subPath'], /path="([^"]{0,4096})"/.exec(mount[3] ?? '')?.[1], line);
  }
}

function putPorts(draft: Draft, fields: readonly Entry[], at: Path): void {
  const ports = find(fields, 'Port', 'Ports');
  const hostPorts = (find(fields, 'Host Port', 'Host Ports')?.value ?? '').split(', ');
  let count = 0;
  (ports?.value ?? '').split(', ').forEach((text, i) => {
    const port = PORT.exec(text.trim());
    if (port === null || ports === undefined) return;
    const path = [...at, count++];
    draft.set([...path, 'containerPort'], Number(port[1]), ports);
    draft.set([...path, 'protocol'], port[2], ports);
    draft.set([...path, 'name'], port[3], ports);
    const host = Number(PORT.exec(hostPorts[i]?.trim() ?? '')?.[1] ?? 0);
    if (host > 0) draft.set([...path, 'hostPort'], host, ports);
  });
}

/** `<set to the key 'k' in secret 'n'>  Optional: false`, `<set to the key 'k' of config map 'n'>`, ` (v1:status.podIP)`. */
function putEnvironment(draft: Draft, fields: readonly Entry[], at: Path): void {
  let count = 0;
  for (const entry of find(fields, 'Environment')?.children ?? []) {
    if (entry.key === '') continue;
    const path = [...at, 'env', count++];
    draft.set([...path, 'name'], entry.key, entry);
    const key = /^<set to the key '([^']{1,253})' (?:in secret|of config map) '([^']{1,253})'>/.exec(entry.value);
    const field = /^ ?\((v\d\w{0,10}):([\w.[\]'"/-]{1,200})\)$/.exec(entry.value);
    const resource = /^(\d{1,19}|node allocatable) \((limits|requests)\.([\w.-]{1,63})\)$/.exec(entry.value);
    if (key !== null) {
      const source = entry.value.includes("in secret '") ? 'secretKeyRef' : 'configMapKeyRef';
      draft.set([...path, 'valueFrom', source, 'key'], key[1], entry);
      draft.set([...path, 'valueFrom', source, 'name'], key[2], entry);
      putOptional(draft, [...path, 'valueFrom', source], entry);
    } else if (field !== null) draft.set([...path, 'valueFrom', 'fieldRef', 'fieldPath'], field[2], entry);
    else if (resource !== null) {
      draft.set([...path, 'valueFrom', 'resourceFieldRef', 'resource'], `${resource[2]}.${resource[3]}`, entry);
    } else draft.set([...path, 'value'], entry.value, entry);
  }
  let sources = 0;
  for (const line of items(find(fields, 'Environment Variables from'))) {
    const match = /^(\S{1,253})\s+(ConfigMap|Secret)(?: with prefix '([^']{0,253})')?/.exec(line.text);
    if (match === null) continue;
    const path = [...at, 'envFrom', sources++];
    const ref = match[2] === 'Secret' ? 'secretRef' : 'configMapRef';
    draft.set([...path, ref, 'name'], match[1], line);
    draft.set([...path, 'prefix'], match[3], line);
    putOptional(draft, [...path, ref], line);
  }
}

function putOptional(draft: Draft, path: Path, line: SourceLine): void {
  const optional = /Optional: (true|false)\s*$/.exec(line.text)?.[1];
  if (optional !== undefined) draft.set([...path, 'optional'], optional === 'true', line);
}

function putStatus(draft: Draft, container: Entry, at: Path): void {
  const fields = container.children;
  draft.set([...at, 'name'], container.key, container);
  put(draft, [...at, 'image'], find(fields, 'Image'));
  put(draft, [...at, 'imageID'], find(fields, 'Image ID'));
  put(draft, [...at, 'containerID'], find(fields, 'Container ID'));
  put(draft, [...at, 'ready'], find(fields, 'Ready'), (text) => text === 'True');
  put(draft, [...at, 'restartCount'], find(fields, 'Restart Count'), int);
  putState(draft, find(fields, 'State'), [...at, 'state']);
  putState(draft, find(fields, 'Last State'), [...at, 'lastState']);
}

const STATES: Readonly<Record<string, string>> = { Running: 'running', Waiting: 'waiting', Terminated: 'terminated' };

function putState(draft: Draft, entry: Entry | undefined, path: Path): void {
  const state = entry === undefined ? undefined : STATES[entry.value];
  if (entry === undefined || state === undefined) return;
  const at = [...path, state];
  draft.set(at, Object.create(null), entry);
  const fields = entry.children;
  put(draft, [...at, 'reason'], find(fields, 'Reason'));
  const message = find(fields, 'Message');
  const words = items(message).map((line) => line.text);
  if (message !== undefined && words.length > 0) draft.set([...at, 'message'], words.join('\n'), message);
  put(draft, [...at, 'exitCode'], find(fields, 'Exit Code'), int);
  put(draft, [...at, 'signal'], find(fields, 'Signal'), int);
  put(draft, [...at, 'startedAt'], find(fields, 'Started'), timeOf);
  put(draft, [...at, 'finishedAt'], find(fields, 'Finished'), timeOf);
}
