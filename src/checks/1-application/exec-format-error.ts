import { podOfLog, subjectOfLogHit } from '../../snapshot/logs/log-owner.ts';
import { evidenceOf } from '../../snapshot/quote.ts';
import { defineCheck } from '../check.ts';
import { startErrorsWhere } from './start-errors.ts';

const PATTERN = /exec format error/i;
/** Windows runs images of its own build only; of a sandbox that is the pause image, which is the node's. */
const WINDOWS = /operating system (?:of the container )?does not match|0xc0370101/;

export default defineCheck({
  id: 'exec-format-error',
  layer: 1,
  title: 'Images fit the CPU architecture of their nodes',
  failureTitle: 'The program was built for another CPU architecture (exec format error)',
  why: 'The kernel cannot execute the entry point: an amd64 image on an arm64 node or the reverse, or a script without a #! line.',
  fix: [
    'Build the image for the architecture of the node too (docker buildx build --platform linux/amd64,linux/arm64), or select fitting nodes with nodeSelector kubernetes.io/arch.',
  ],
  next: ['kubectl get nodes -L kubernetes.io/arch', 'docker manifest inspect {image}'],
  severity: 'critical',
  confidence: 'high',
  needsAny: ['pods', 'events', 'containerLogs'],
  wants: ['nodes'],
  reads: ['app-exec-format-error'],
  *run(_facts, { snapshot }) {
    const told = new Set<string>();
    const architecture = (node: string | undefined): string => {
      const info = node === undefined ? undefined : snapshot.get('nodes', undefined, node)?.status?.nodeInfo;
      // A table shows the kernel alone, whose name often ends with it.
      const arch =
        info?.architecture ?? /\b(?:x86_64|aarch64|amd64|arm64|s390x|ppc64le)$/.exec(info?.kernelVersion ?? '')?.[0];
      return arch === undefined ? '' : ` (node ${node} is ${arch})`;
    };
    for (const hit of snapshot.hits('app-exec-format-error')) {
      const subject = subjectOfLogHit(snapshot, hit);
      const pod = podOfLog(snapshot, hit);
      const id = `${subject.kind}/${subject.namespace ?? ''}/${subject.name}`;
      if (told.has(id)) continue;
      told.add(id);
      const image =
        pod?.spec?.containers?.find((c) => c.name === subject.container)?.image ?? pod?.spec?.containers?.[0]?.image;
      yield {
        subject,
        message: `The entry point of ${image === undefined ? `the image of ${subject.workload?.name ?? subject.name}` : `image ${image}`} was built for another CPU architecture than the node has${architecture(subject.node)}: exec format error`,
        evidence: evidenceOf(hit),
        params: { image: image ?? 'IMAGE' },
        ...(hit.first.time === undefined ? {} : { since: hit.first.time }),
      };
    }
    for (const { error, evidence } of startErrorsWhere(snapshot, (e) => PATTERN.test(e.message))) {
      const subject = error.seen.subject(error.container);
      const id = `${subject.kind}/${subject.namespace ?? ''}/${subject.name}`;
      if (told.has(id)) continue;
      told.add(id);
      yield {
        subject,
        message: `The entry point of the image was built for another CPU architecture than the node has${architecture(subject.node)}: exec format error`,
        evidence,
        params: { image: 'IMAGE' },
        ...(error.state === 'current' ? {} : { state: error.state }),
      };
    }
    for (const { error, evidence } of startErrorsWhere(
      snapshot,
      ({ reason, message }) => WINDOWS.test(message) && !/sandbox/i.test(reason + message),
    )) {
      const subject = error.seen.subject(error.container);
      const { osImage, kernelVersion } = snapshot.get('nodes', undefined, subject.node ?? '')?.status?.nodeInfo ?? {};
      const build = [osImage, kernelVersion].filter((one) => one !== undefined).join(' ');
      yield {
        subject,
        variant: 'windows-build',
        title: 'The image was built for another version of Windows than the node runs',
        message: `The image of ${error.container === '' ? subject.name : `container ${error.container}`} was built for another version of Windows than the node${subject.node === undefined ? '' : ` ${subject.node}`} runs${build === '' ? '' : ` (${build})`}: ${error.message.slice(0, 300)}`,
        evidence,
        fix: [
          'Build the image on the version of Windows that the node runs (ltsc2019, ltsc2022), or select fitting nodes with the label node.kubernetes.io/windows-build.',
        ],
        next: ['kubectl get nodes -L node.kubernetes.io/windows-build'],
        ...(error.state === 'current' ? {} : { state: error.state }),
      };
    }
  },
});
