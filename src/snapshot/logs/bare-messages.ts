/**
 * Messages of events that stand alone: what people copy out of a dashboard, a chat or one cell of a table. Each has the
 * words of its sender (kubelet, scheduler, controllers), and these tell the event's reason and kind of object.
 */
import { UNNAMED } from '../../parsers/kubectl/nameless.ts';
import { podNamedIn } from '../../parsers/pod-name.ts';

export interface BareMessage {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly reason: string;
  readonly message: string;
}

/** A message from its first own word on, its event's reason, and whose it is when it is not a pod's. */
const MESSAGES: readonly (readonly [RegExp, string, string?])[] = [
  [/Error creating: (?:pods|Pod) .{1,3000}/, 'FailedCreate', 'ReplicaSet'],
  // As dashboards show the condition of a Deployment.
  [/[Pp]ods "[^"]{1,253}" is forbidden: (?:failed|[Ee]xceeded) quota: .{1,2000}/, 'FailedCreate', 'ReplicaSet'],
  [/replicationcontrollers "[^"]{1,253}" is forbidden: [Ee]xceeded quota: .{1,2000}/, 'FailedCreate', 'Deployment'],
  [
    /unable to get metrics for resource \S{1,60}: (?:unable to fetch metrics from|no metrics returned).{0,1000}/,
    'FailedGetResourceMetric',
    'HorizontalPodAutoscaler',
  ],
  [/\d{1,5}\/\d{1,5} nodes are available: .{1,3000}/, 'FailedScheduling'],
  [/Cannot schedule pods: .{1,2000}/, 'FailedScheduling'],
  [/pod has unbound immediate PersistentVolumeClaims.{0,200}/, 'FailedScheduling'],
  [/Failed to pull image ".{1,3000}/, 'Failed'],
  // Before 1.2.
  [/[Ii]mage pull failed for \S{1,300}, .{1,2000}/, 'Failed'],
  [
    /failed to "StartContainer" for "[^"]{1,63}" with (?:ErrImagePull|ImageInspectError|InvalidImageName|ErrImageNeverPull|RegistryUnavailable): .{1,2000}/,
    'Failed',
  ],
  [/failed to "StartContainer" for "[^"]{1,63}" with (?:ImagePullBackOff|CrashLoopBackOff): .{1,2000}/, 'BackOff'],
  [/Back-off pulling image ".{1,3000}/, 'BackOff'],
  [/Back-off restarting failed container.{0,400}/, 'BackOff'],
  // As the state of a container has it.
  [/[Bb]ack-off \w{1,12} restarting failed container=[^\s]{1,63} pod=[^"]{1,400}/, 'BackOff'],
  [
    /MountVolume\.(?:SetUp|MountDevice|NewMounter|WaitForAttach|MapVolume|SetUpDevice)\w{0,20}(?: initialization)? failed for volume .{1,3000}/,
    'FailedMount',
  ],
  [/Unable to (?:attach or )?mount volumes(?: for pod ".{1,400})?: .{1,2000}/, 'FailedMount'],
  [/Failed (?:to )?create pod sandbox: .{1,3000}/, 'FailedCreatePodSandBox'],
  [
    /Error: (?:configmap|secret|services?) ".{1,253}" not found|Error: couldn't find key .{1,600}|Error: (?:container has runAsNonRoot|cannot find volume|failed to (?:start container|create containerd task|prepare subPath|create subPath)).{1,3000}/,
    'Failed',
  ],
  [
    /(?:couldn't find key \S{1,253} in (?:ConfigMap|Secret) \S{1,320}|container has runAsNonRoot and .{1,600})/,
    'Failed',
  ],
  // The runtime's own words, when it is the container's command that it cannot execute.
  [/(?:failed to create (?:containerd|shim) task|OCI runtime create failed): .{0,600}exec: ".{1,1000}/, 'Failed'],
  [
    /(?:OCI runtime create failed: )?(?:container_linux\.go:\d{1,6}: )?starting container process caused:? .{1,2000}/,
    'Failed',
  ],
  [
    /(?:runc create failed: )?unable to start container process: eaccess .{1,600}|executable file `[^`]{1,200}` not found in \$PATH.{1,300}/,
    'Failed',
  ],
  [/The node was low on resource: .{1,600}|(?:Pod )?The node had condition: \[.{1,200}/, 'Evicted'],
  [/Allocate failed due to .{1,600}/, 'UnexpectedAdmissionError'],
  [/Resources cannot be allocated with Topology locality/, 'TopologyAffinityError'],
  [/Node didn't have enough resource: (?:cpu|memory|pods),.{1,200}/, 'OutOfcpu'],
  [/storageclass\.storage\.k8s\.io ".{1,253}" not found/, 'ProvisioningFailed', 'PersistentVolumeClaim'],
  [/failed to provision volume with StorageClass ".{1,3000}/i, 'ProvisioningFailed', 'PersistentVolumeClaim'],
  [
    /no persistent volumes available for this claim and no storage class is set/,
    'FailedBinding',
    'PersistentVolumeClaim',
  ],
  [
    /the HPA was unable to (?:compute the replica count|get the target's current scale): .{1,600}/,
    'FailedGetResourceMetric',
    'HorizontalPodAutoscaler',
  ],
  [/Cannot determine if job needs to be started: .{1,300}/, 'FailedNeedsStart', 'CronJob'],
  [/pod didn't trigger scale-up.{1,1000}/, 'NotTriggerScaleUp'],
  [/Job has reached the specified backoff limit/, 'BackoffLimitExceeded', 'Job'],
];

/** Without the quotes and marks around the whole message that stand only at its end. */
function unquoted(text: string): string {
  const bare = text.replace(/[\s'`]+$/, '');
  return bare.endsWith('"') && bare.split('"').length % 2 === 0 ? bare.slice(0, -1) : bare;
}

/** `failed to "StartContainer" for "web" with ErrImagePull: "rpc error: …"` as later kubelets write it. */
function modern(message: string): string {
  const waits = /^[Bb]ack-off \w{1,12} restarting failed container=(\S{1,63}) pod=(\S{1,380})/.exec(message);
  if (waits !== null) return `Back-off restarting failed container ${waits[1] ?? ''} in pod ${waits[2] ?? ''}`;
  const old = /^failed to "StartContainer" for "[^"]{1,63}" with (\w{1,40}): "?(.*?)"?$/.exec(message);
  if (old === null) return message;
  const [, cause = '', words = ''] = old;
  return cause === 'CrashLoopBackOff' ? `Back-off restarting failed container: ${words}` : `Error: ${cause}: ${words}`;
}

/** The object that a line alone is the event of; what it does not name has no name. */
export function bareMessage(line: string): BareMessage | undefined {
  for (const [pattern, reason, kind = 'Pod'] of MESSAGES) {
    const found = pattern.exec(line)?.[0];
    if (found === undefined) continue;
    const message = modern(unquoted(found));
    if (kind === 'ReplicaSet') {
      const made = /^(?:Error creating: )?(?:[Pp]ods|Pod) "([^"]{1,253})"/.exec(message)?.[1] ?? '';
      const owner = made.replace(/-(?:[a-z0-9]{5})?$/, '');
      return owner === '' ? undefined : { kind, name: owner, reason, message };
    }
    if (kind !== 'Pod') return { kind, name: UNNAMED, reason, message };
    const { name = UNNAMED, namespace } = podNamedIn(line) ?? {};
    return { kind, name, ...(namespace === undefined ? {} : { namespace }), reason, message };
  }
  return undefined;
}
