import type { LogHit } from '../../parsers/records.ts';
import { byMachine } from '../../snapshot/nodes/node-health.ts';
import { podFailures, volumeNamed } from '../../snapshot/pods/pod-events.ts';
import { defineCheck } from '../check.ts';

const NFS =
  /mount\.nfs4?: (?<why>Connection timed out|No route to host|Connection refused|access denied by server[^\n]{0,120}|mounting \S{1,200} failed, reason given by server:[^\n]{1,120}|Failed to resolve server \S{1,120}|requested NFS version or transport protocol is not supported|Network is unreachable)|Stale (?:NFS )?file handle/;
const SERVER = /(?:^|\s)([\w.-]{1,200}):(\/\S{0,200})/;
const VOLUME = /failed for volume "([^"]{1,253})"/;

export default defineCheck({
  id: 'nfs-unreachable',
  layer: 5,
  title: 'The NFS servers answer',
  failureTitle: 'An NFS server does not answer or refuses',
  why: 'Programs that touch a hard-mounted share of a dead server hang in the kernel and cannot be killed; df, the kubelet and its pods hang with them.',
  fix: [
    'Restore the server or the network to it, check the export for the node’s address',
    'Mount with soft,timeo where losing writes is acceptable',
  ],
  next: ['mount | grep nfs', 'showmount -e SERVER; rpcinfo -p SERVER', "ps -eo pid,stat,wchan:30,cmd | awk '$2~/D/'"],
  severity: 'critical',
  confidence: 'high',
  reads: ['nfs-unreachable', 'nfs-ok'],
  needsAny: ['kernelLogs', 'hostLogs', 'events'],
  wants: ['pods', 'persistentVolumes', 'persistentVolumeClaims'],
  *run(_facts, { snapshot }) {
    for (const [node, hits] of byMachine<LogHit>(snapshot, snapshot.hits('nfs-unreachable'))) {
      for (const hit of hits) {
        const server = hit.groups['server'] ?? '';
        const back = snapshot
          .hits('nfs-ok')
          .some(
            (ok) =>
              ok.groups['server'] === server && ok.origin.file === hit.origin.file && ok.last.line > hit.last.line,
          );
        yield {
          subject: snapshot.named('Node', node, { node }),
          variant: server,
          message: `NFS server ${server} ${back ? 'did' : 'does'} not answer node ${node}${hit.count > 1 ? ` (${hit.count} messages)` : ''}${back ? '; it came back' : ''}`,
          evidence: snapshot.evidenceOf(hit),
          ...(back ? { state: 'recovered' as const } : {}),
          ...(hit.first.time === undefined ? {} : { since: hit.first.time }),
        };
      }
    }
    for (const failure of podFailures(snapshot, ['FailedMount'], NFS)) {
      const text = failure.match.input;
      const [, server, path] = SERVER.exec(text) ?? [];
      const name = VOLUME.exec(text)?.[1] ?? '';
      yield {
        subject: failure.seen.subject(),
        variant: server ?? 'mount',
        message: `Pod ${failure.seen.ref.name} cannot mount the NFS share ${server === undefined ? `of volume "${name}"` : `${server}:${path ?? ''}`}: ${failure.match[0]}`,
        evidence: [snapshot.quoteEvent(failure.event)],
        related: volumeNamed(snapshot, name, failure).refs,
        state: failure.state,
        ...(failure.since === undefined ? {} : { since: failure.since }),
      };
    }
  },
});
