import { basename } from 'node:path/posix';
import { peek } from '../../lib/text-stream.ts';
import { defineParser } from '../parser.ts';
import { programOf } from './marks.ts';
import { classOfProgram, programHint } from './program.ts';

/** In which the program is looked for; it names itself early. */
const HEAD_BYTES = 32 * 1024;

/** The stream together with the program that wrote it: the name that is known, else what its first lines tell. */
export async function withProgram(
  chunks: AsyncIterable<Uint8Array>,
  named: string | undefined,
): Promise<{ readonly program: string | undefined; readonly chunks: AsyncIterable<Uint8Array> }> {
  if (named !== undefined) return { program: named, chunks };
  const { head, chunks: all } = await peek(chunks, HEAD_BYTES);
  return { program: programOf(head.toString('utf8').split('\n')), chunks: all };
}

/**
 * Logs of control-plane programs and daemons that are known by their words: klog lines of the API server's files, zap
 * JSON of etcd, CoreDNS, and so on; files of static pods, pasted logs.
 *
 * Command: `cat /var/log/kube-apiserver.log`, `docker logs`, and files of etcd, scheduler, controller-manager, kubelet,
 *   kube-proxy, CoreDNS, CNI agents.
 * Versions: Kubernetes 1.5 to 1.36, etcd 3.0 to 3.6, CoreDNS 1.x, Calico 3, Cilium 1.
 * Sample:
 *
 *     {"level":"warn","ts":"2025-10-06T03:14:22Z","caller":"wal/wal.go:805","msg":"slow fdatasync","took":"2.4s"}
 *
 * Empty: an empty text cannot be recognised.
 */
export default defineParser({
  kind: 'component-log',
  reads: 'logs of etcd, kube-apiserver, scheduler, controller-manager, kubelet, kube-proxy, CoreDNS, CNI agents',
  priority: -2,
  sniff: (head) => programOf(head) !== undefined,
  async stream(chunks, { origin, emit, scan }) {
    const { program, chunks: all } = await withProgram(chunks, origin.program ?? programHint(basename(origin.file)));
    emit.log(await scan(all, { ...(program === undefined ? {} : { program }), ...origin }, classOfProgram(program)));
  },
});
