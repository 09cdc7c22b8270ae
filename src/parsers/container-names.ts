/** Whose a log is that was asked for by a container's id: a listing in the same terminal says it. */
import { effectiveCommand } from './effective-command.ts';
import type { Command, Origin } from './records.ts';

const RUNTIMES = new Set(['crictl', 'docker', 'nerdctl', 'podman']);
const ID = /^[0-9a-f]{6,64}$/;
/** crictl: `ID IMAGE 7 minutes ago Exited NAME ATTEMPT POD-ID [POD [NAMESPACE]]`. */
const CRICTL =
  /\s(?:Running|Exited|Created|Unknown)\s+(\S{1,253})\s+\d{1,6}\s+[0-9a-f]{6,64}(?:\s+(\S{1,253}))?(?:\s+(\S{1,253}))?\s*$/;
/** dockershim and cri-dockerd name containers `k8s_NAME_POD_NAMESPACE_UID_ATTEMPT`. */
const DOCKER = /\bk8s_([^_\s]{1,253})_([^_\s]{1,253})_([^_\s]{1,253})_/;

/** Container, pod and namespace of the id in `crictl logs ID`, from the row of `crictl ps` or `docker ps` among the lines. */
export function namesOfId(command: Command, lines: readonly string[]): Pick<Origin, 'container' | 'pod' | 'namespace'> {
  const { tool, words } = effectiveCommand(command);
  const [verb, id = ''] = words;
  if (!RUNTIMES.has(tool) || verb !== 'logs' || !ID.test(id)) return {};
  const row = lines.find((line) => {
    const [first = ''] = line.split(/\s/, 1);
    return ID.test(first) && (first.startsWith(id) || id.startsWith(first));
  });
  const [, container, pod, namespace] = DOCKER.exec(row ?? '') ?? CRICTL.exec(row ?? '') ?? [];
  return {
    ...(container === undefined ? {} : { container }),
    ...(pod === undefined ? {} : { pod }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}
