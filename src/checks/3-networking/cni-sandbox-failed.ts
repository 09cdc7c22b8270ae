import { defineCheck } from '../check.ts';
import { networkPluginRule } from './network-plugin-check.ts';

/** Characters of a message: its beginning, and its end, where the plug-in's own reason stands. */
const HEAD = 120;
const TAIL = 200;
const bothEnds = (text: string): string =>
  text.length <= HEAD + TAIL ? text : `${text.slice(0, HEAD)} … ${text.slice(-TAIL)}`;

export default defineCheck(
  networkPluginRule({
    id: 'cni-sandbox-failed',
    title: 'Pod sandboxes get their network',
    failureTitle: 'The network of a pod sandbox cannot be set up',
    why: 'A pod starts only when its sandbox has a network. The message carries the words of the network plug-in.',
    fix: ['Mend what the message of the plug-in names on {node}.'],
    next: ['journalctl -u kubelet -u containerd --since -30m --no-pager | grep -i sandbox', 'kubectl describe pod POD'],
    signature: 'cni-sandbox-network-failed',
    pattern:
      /(?:failed to set ?up (?:pod )?network|[Ff]ailed to create pod network sandbox|error adding container to network|[Ff]ailed to setup network for sandbox|failed to set up sandbox container .{1,120}? network for pod|[Nn]etworkPlugin \S{1,40} failed|plugin type="[^"]{1,60}"(?: name="[^"]{1,60}")? failed).{0,900}/s,
    says: (match, where) =>
      `Pods get no network on ${where}: ${bothEnds(match[0].replace(/, failed to clean up sandbox .*$/s, '').replaceAll(/"?\b[0-9a-f]{32,64}\b"?/g, '"…"'))}`,
  }),
);
