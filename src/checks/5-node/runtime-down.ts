import { eventFirstTime, eventMessage } from '../../snapshot/events.ts';
import {
  byMachine,
  isReady,
  machineOf,
  machineSubject,
  nodeEvents,
  userPodsOn,
} from '../../snapshot/nodes/node-health.ts';
import { timing } from '../../snapshot/logs/hits.ts';
import { describeUnit, isDown, runsContainers, unitName } from '../../snapshot/nodes/units.ts';
import { lastError } from '../../snapshot/logs/last-error.ts';
import { parseLogLine } from '../../parsers/logs/line.ts';
import type { LogHit } from '../../parsers/records.ts';
import { defineCheck } from '../check.ts';

/** What crictl says when its socket is not there or nobody answers at it. */
const NO_ANSWER = /connect endpoint|validate service connection|dial unix|context deadline exceeded/;
/** Sockets that crictl tries when nobody told it which, and rights that its user lacks. */
const GUESSED = /dockershim\.sock|default settings|permission denied/;
/** It answers, without the interface that is asked for: runtime-cri-disabled tells that. */
const OTHER_API = /code = Unimplemented|runtime API is not implemented/;

/** The kubelet's rounds of cleaning up end with the socket that does not answer. */
const SOCKET =
  /dial unix (?<socket>\/\S{1,120}\.sock): connect: (?<why>connection refused|no such file or directory|permission denied)|(?<docker>Cannot connect to the Docker daemon) at (?:unix:\/\/)?(?<path>\S{1,120}\.sock)/;

/** What systemd says of the unit itself tells nothing of the reason. */
const OF_SYSTEMD = /\bsystemd\[\d{1,7}\]:|^-- /;
/** The last line before the end of a program that another program wrote: why it ended, as a rule. */
const reasonBefore = (hit: LogHit): string | undefined => {
  const line = hit.first.around?.before.findLast((one) => one.trim() !== '' && !OF_SYSTEMD.test(one));
  return line === undefined ? undefined : parseLogLine(line).message.slice(0, 300);
};

/** Programs as journals name them. */
const RUNTIMES = new Set(['containerd', 'crio', 'docker']);

export default defineCheck({
  id: 'runtime-down',
  layer: 5,
  title: 'The container runtime runs on every node',
  failureTitle: 'The container runtime is not running',
  why: 'Without its runtime a kubelet can neither start nor list containers and reports the node NotReady ("container runtime is down"). Running containers go on without supervision.',
  fix: [
    'On {node}: systemctl start {unit}; if it ends again, read its journal (configuration, disk full, permissions)',
  ],
  next: ['systemctl status {unit}', 'journalctl -u {unit} -n 100 --no-pager', 'crictl info'],
  severity: 'critical',
  confidence: 'high',
  reads: ['runtime-down'],
  needsAny: ['units', 'toolFailures', 'hostLogs', 'events'],
  wants: ['nodes', 'pods'],
  *run({ units = [], toolFailures = [] }, { snapshot }) {
    const told = new Set<string>();
    for (const [node, list] of byMachine(snapshot, units.filter(runsContainers))) {
      const [name] = (snapshot.get('nodes', undefined, node)?.status?.nodeInfo?.containerRuntimeVersion ?? '').split(
        ':',
      );
      // A machine may have several installed: the one that the kubelet uses counts; if any runs and none is named, fine.
      const used = name === 'cri-o' ? 'crio' : name;
      const down = list.filter(isDown);
      const named = down.filter((unit) =>
        unitName(unit).startsWith(used === '' || used === undefined ? '\u0000' : used),
      );
      // cri-dockerd needs Docker, Docker needs containerd: with one of them up and no word of the kubelet nothing is sure.
      const faulty =
        used === undefined || used === '' ? (list.some((unit) => unit.active === 'active') ? [] : down) : named;
      told.add(node);
      const [unit] = faulty;
      if (unit === undefined) continue;
      const pods = userPodsOn(snapshot, node);
      const program = unitName(unit);
      const error = lastError(snapshot, program, node);
      const stopped = unit.active === 'inactive' && (unit.exitCode ?? 0) === 0;
      yield {
        subject: machineSubject(snapshot, unit),
        variant: program,
        message:
          `The container runtime of node ${node} is not running: ${unit.unit} is ${describeUnit(unit)}` +
          (stopped ? '; it was stopped, it did not crash' : '') +
          (error === undefined || stopped ? '' : `; last error: ${error.message}`) +
          (pods.length === 0 ? '' : `; ${pods.length} pods are on the node`),
        evidence: [unit.source, ...(error === undefined ? [] : [error.evidence])],
        related: pods.slice(0, 20).map((pod) => ({ kind: 'Pod', ...pod.metadata })),
        params: { unit: program },
        ...(unit.since === undefined ? {} : { since: unit.since }),
      };
    }
    for (const failure of toolFailures) {
      const node = machineOf(snapshot, failure);
      if (failure.tool !== 'crictl' || told.has(node) || !NO_ANSWER.test(failure.message)) continue;
      if (GUESSED.test(failure.message) || OTHER_API.test(failure.message)) continue;
      told.add(node);
      yield {
        subject: machineSubject(snapshot, failure),
        variant: 'no-answer',
        message: `The container runtime of node ${node} does not answer crictl: ${failure.message.replaceAll(/\s+/g, ' ').slice(0, 300)}`,
        evidence: [failure.source],
        params: { unit: 'containerd' },
      };
    }
    for (const [node, events] of nodeEvents(snapshot, 'ContainerGCFailed', 'ImageGCFailed')) {
      const saying = events.filter((one) => SOCKET.test(eventMessage(one)));
      const event = saying.at(-1);
      if (event === undefined || told.has(node)) continue;
      told.add(node);
      const { docker, path, socket = path, why = docker } = SOCKET.exec(eventMessage(event))?.groups ?? {};
      const known = snapshot.get('nodes', undefined, node);
      // A row of a table tells when it was said last, `kubectl describe` of the same when it was said first.
      const times = saying.flatMap((one) => eventFirstTime(one) ?? []);
      yield {
        subject: snapshot.named('Node', node, { node }),
        variant: 'no-answer',
        message: `The container runtime of node ${node} does not answer its kubelet at ${socket ?? 'its socket'}: ${why ?? 'unavailable'}`,
        evidence: [snapshot.quoteEvent(event)],
        params: { unit: docker === undefined ? 'containerd' : 'docker' },
        ...(known !== undefined && isReady(known) === true ? { state: 'recovered' as const } : {}),
        ...(times.length === 0 ? {} : { since: Math.min(...times) }),
      };
    }
    for (const hit of snapshot.hits('runtime-down')) {
      // Every Go program may print level=fatal: only the runtime's own unit counts.
      if (hit.groups['unit'] === undefined && !RUNTIMES.has(hit.program ?? '')) continue;
      const subject = machineSubject(snapshot, hit);
      if (told.has(subject.name)) continue;
      told.add(subject.name);
      const program = hit.groups['unit'] ?? hit.program ?? 'containerd';
      // With its own fatal line it has said why.
      const reason = hit.groups['message'] ?? reasonBefore(hit);
      yield {
        subject,
        variant: program,
        message: `The container runtime ${program} of node ${subject.name} ended with an error${hit.count > 1 ? ` ${hit.count} times` : ''}${reason === undefined ? '' : `: ${reason}`}`,
        evidence: snapshot.evidenceOf(hit),
        params: { unit: program },
        ...timing(snapshot, [hit]),
      };
    }
  },
});
