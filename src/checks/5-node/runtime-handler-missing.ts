import { isNetworkAgent } from '../../snapshot/network/agents.ts';
import { defineCheck } from '../check.ts';
import { START_REASONS, toldFindings } from './start-events.ts';

const ELSEWHERE =
  'Tell the toolkit where the runtime of this distribution is configured: CONTAINERD_CONFIG and CONTAINERD_SOCKET in toolkit.env of the ClusterPolicy (RKE2 and k3s: /var/lib/rancher/…/agent/etc/containerd/config.toml.tmpl and /run/k3s/containerd/containerd.sock)';

export default defineCheck({
  id: 'runtime-handler-missing',
  layer: 5,
  title: 'The runtime knows every RuntimeClass handler',
  failureTitle: 'The container runtime does not know the handler of the RuntimeClass',
  why: 'The pod asks by its RuntimeClass for a handler that is not in the configuration of the runtime on that node. For "nvidia": the container toolkit has not written it, or the runtime was not restarted.',
  fix: [
    'Configure the handler in the runtime of the node (nvidia-ctk runtime configure, or mend the toolkit pod) and restart the runtime',
  ],
  next: ["containerd config dump | grep -A 4 'runtimes.'", 'kubectl get runtimeclass'],
  severity: 'critical',
  confidence: 'high',
  reads: ['runtime-handler-missing', 'gpu-toolkit-new-config'],
  needsAny: ['events', 'hostLogs'],
  wants: ['pods'],
  *run(_facts, { snapshot }) {
    const [wrote] = snapshot.hits('gpu-toolkit-new-config');
    for (const draft of toldFindings(snapshot, {
      reasons: START_REASONS,
      pattern:
        /no runtime for "(?<handler>[^"]{1,80})" is configured|failed to find runtime handler (?<crio>\S{1,80}) from runtime list|unknown runtime handler "?(?<other>[^"\s]{1,80})|RuntimeHandler "(?<missing>[^"]{1,80})" not supported/,
      signature: 'runtime-handler-missing',
      variant: ({ handler, crio, other, missing }) => handler ?? crio ?? other ?? missing,
      message: ({ handler, crio, other, missing }, who) =>
        `The container runtime has no handler "${handler ?? crio ?? other ?? missing ?? ''}", which ${who} asks for by its RuntimeClass or as the runtime's default`,
    })) {
      const told =
        wrote === undefined || draft.variant !== 'nvidia'
          ? draft
          : {
              ...draft,
              message: `${draft.message}; the NVIDIA container toolkit found no configuration of the runtime where it looked and began a new file, which this runtime does not read`,
              evidence: [...draft.evidence, ...snapshot.evidenceOf(wrote)] as const,
              fix: [ELSEWHERE],
            };
      // Without its network agent the node stays NotReady.
      yield isNetworkAgent(draft.subject.name) ? { ...told, variant: `${told.variant ?? ''}-network-agent` } : told;
    }
  },
});
