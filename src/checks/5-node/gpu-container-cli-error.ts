import { crashes } from '../../snapshot/pods/crashes.ts';
import { defineCheck } from '../check.ts';
import { START_REASONS, toldFindings } from './start-events.ts';

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/driver\/library version mismatch/i, 'version-mismatch'],
  // The driver does not answer: not loaded, still being set up, or of another root than the toolkit's.
  [
    /driver not loaded|load library failed|libnvidia-ml|driver error: failed to process request|driver rpc error/i,
    'driver-not-loaded',
  ],
  [/requirement error|unsatisfied condition/i, 'driver-too-old'],
  [/gpu is lost|fallen off the bus/i, 'gpu-lost'],
  [/unknown device|device error/i, 'unknown-device'],
  // The hook runs the host's ldconfig, whose path stands in its configuration (ldconfig = "@/sbin/ldconfig.real" is Ubuntu's).
  [/ldcache error/i, 'ldconfig'],
  [/CDI/, 'cdi'],
  // containerd or CRI-O names a binary of the toolkit that is not there.
  [/nvidia-container-runtime/, 'runtime-missing'],
];

type Groups = Readonly<Record<string, string | undefined>>;

const PATTERN =
  /nvidia-container-cli(?:\.real)?: (?<reason>[^\n]{1,200})|unresolvable CDI devices (?<device>[^\n]{1,120})|failed to inject CDI devices(?<cdi>[^\n]{0,120})|could not select device driver(?<driver>[^\n]{0,80})|(?:fork\/exec|exec:) "?(?<binary>[^\n"]{0,120}nvidia-container-runtime[\w.-]{0,20})"?: (?<absent>no such file or directory|stat [^\n]{3,160}|executable file not found[^\n]{0,40}|permission denied)|error executing hook `?(?<hook>[^\n]{0,100}nvidia[^\n]{0,120})/;

const variantOf = ({ reason, device, cdi, binary }: Groups): string =>
  REASONS.find(([pattern]) =>
    pattern.test(reason ?? (device === undefined && cdi === undefined ? (binary ?? '') : 'CDI')),
  )?.[1] ?? 'other';

const messageOf = ({ reason, device, cdi, driver, hook, binary, absent }: Groups, who: string): string =>
  `The NVIDIA runtime hook cannot set up ${who}: ${
    reason ??
    (device !== undefined
      ? `unresolvable CDI devices ${device}`
      : cdi !== undefined
        ? `failed to inject CDI devices${cdi}`
        : binary !== undefined
          ? `the runtime ${binary} of its handler cannot be executed: ${absent ?? ''}`
          : hook !== undefined
            ? `error executing hook ${hook}`
            : `could not select device driver${driver ?? ''}`)
  }`;

export default defineCheck({
  id: 'gpu-container-cli-error',
  layer: 5,
  title: 'The NVIDIA container toolkit sets up GPU containers',
  failureTitle: 'The NVIDIA container toolkit cannot set up a GPU container',
  why: 'The hook that gives a container its GPUs failed, so the container does not start: no driver, another version of it, a device that is gone, a driver too old for the image, or stale CDI files.',
  fix: [
    'Driver not loaded or another version: mend the driver of {node} (reboot after an upgrade)',
    'GPU is lost: power-cycle {node}; check power, temperatures and seating of the card',
    'ldcache error: set the path of ldconfig in the configuration of the toolkit to that of the host (/sbin/ldconfig; ldconfig.real on Ubuntu only)',
    'Runtime binary not there: install the toolkit on {node}, or write the path where it is (toolkit.installDir of the ClusterPolicy; BinaryName in the configuration of containerd)',
    'Unsatisfied cuda>=…: newer driver or older image; unknown device or unresolvable CDI: nvidia-ctk cdi generate and restart the device plugin',
  ],
  next: ['nvidia-smi', 'nvidia-container-cli -k -d /dev/tty info', 'ls /etc/cdi /var/run/cdi'],
  severity: 'critical',
  confidence: 'high',
  reads: ['gpu-container-cli-error'],
  needsAny: ['events', 'hostLogs', 'pods'],
  *run(_facts, { snapshot }) {
    const told = new Set<string>();
    for (const draft of toldFindings(snapshot, {
      reasons: START_REASONS,
      pattern: PATTERN,
      signature: 'gpu-container-cli-error',
      variant: variantOf,
      message: messageOf,
    })) {
      told.add(`${draft.subject.namespace ?? ''}/${draft.subject.name}`);
      yield draft;
    }
    // What the runtime left in the status of the container; its events may be gone.
    for (const { container, ended } of crashes(snapshot)) {
      const { pod } = container;
      const groups = ended?.message === undefined ? undefined : PATTERN.exec(ended.message)?.groups;
      const key = `${pod.metadata.namespace ?? ''}/${pod.metadata.name}`;
      if (ended === undefined || groups === undefined || told.has(key)) continue;
      told.add(key);
      const node = pod.spec?.nodeName ?? undefined;
      yield {
        subject: snapshot.subject(pod),
        variant: variantOf(groups),
        message: messageOf(groups, `pod ${pod.metadata.name}${node === undefined ? '' : ` on ${node}`}`),
        evidence: [snapshot.quote(pod, `${ended.at}/message`)],
        related: node === undefined ? [] : [{ kind: 'Node', name: node }],
      };
    }
  },
});
