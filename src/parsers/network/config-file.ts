import { defined } from '../../lib/defined.ts';
import { effectiveCommand } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

/** More than any of these files has; the rest would be a dump. */
const LIMIT = 256 * 1024;
const PATH = /(?:^|\/)(?:resolv\.conf|Corefile|config\.toml|daemon\.json|[^/]+\.(?:conflist|conf))$/;
const CNI_PATH = /cni[./_-]?(?:net\.?d|conf)|\.conflist$/i;
const RESOLV = /^\s*(?:nameserver\s+[0-9a-fA-F.:%\w]{2,60}|(?:search|domain|sortlist)\s+\S.*|options\s+\S.*)\s*$/;
const SERVER_BLOCK = /^\s*(?:[\w.*:/-]{1,256}\s+){0,10}[\w.*:/-]{1,256}\s*\{\s*$/;
const COREDNS_PLUGIN =
  /^\s+(?:errors|health|ready|forward|proxy|loop|reload|loadbalance|cache|kubernetes|prometheus|hosts)\b/;

function isCni(text: string): boolean {
  if (!/^\s*\{/.test(text) || /"apiVersion"\s*:/.test(text)) return false;
  return (
    /"cniVersion"\s*:/.test(text) ||
    (/"type"\s*:\s*"[\w.-]{1,60}"/.test(text) && /"(?:delegate|ipam|plugins)"\s*:/.test(text))
  );
}

/**
 * Configuration that its checks read line by line, kept as it is (configFiles): CNI configuration (`cniVersion`,
 * `plugins`), resolv.conf, a Corefile, containerd's config.toml, Docker's daemon.json. The path is the one that `cat`
 * was given, else the file's own in the bundle.
 *
 * Command: `cat /etc/resolv.conf`, /etc/cni/net.d/*, Corefile, /etc/containerd/config.toml, /etc/docker/daemon.json.
 * Versions: CNI 0.2 to 1.1, CoreDNS 1.x, containerd 1.0 to 2.1 (config versions 1 to 3), Docker 1.12 and later.
 * Sample:
 *
 *     nameserver 10.96.0.10
 *     search shop.svc.cluster.local svc.cluster.local cluster.local
 *     options ndots:5
 *
 * Empty: an empty file has no shape and never comes here.
 */
export default defineParser({
  kind: 'config-file',
  reads: '/etc/cni/net.d/*, resolv.conf, Corefile, containerd config.toml, Docker daemon.json',
  priority: 1,
  matches: (command) => {
    const inner = effectiveCommand(command);
    const [path, ...more] = inner.words;
    if (inner.tool === 'containerd' && /^config (?:dump|default)/.test(inner.words.join(' '))) return true;
    return (
      inner.tool === 'cat' &&
      more.length === 0 &&
      path !== undefined &&
      PATH.test(path) &&
      /resolv\.conf$|Corefile$|\/cni\/|containerd\/config\.toml$|docker\/daemon\.json$/.test(path)
    );
  },
  sniff: (head, origin) => {
    const lines = head.slice(0, 300);
    const filled = lines.filter((line) => line.trim() !== '' && !/^\s*[#;]/.test(line));
    const text = lines.join('\n');
    if (isCni(text) || (CNI_PATH.test(origin.file) && /^\s*\{/.test(text) && /"type"\s*:/.test(text))) return true;
    if (
      filled.length > 0 &&
      filled.every((line) => RESOLV.test(line)) &&
      filled.some((line) => /nameserver|search/.test(line))
    )
      return true;
    if (SERVER_BLOCK.test(filled[0] ?? '') && filled.filter((line) => COREDNS_PLUGIN.test(line)).length >= 2)
      return true;
    if (/^\s*\[plugins\."?io\.containerd\./m.test(text)) return true;
    return /^\s*\{/.test(text) && /"exec-opts"\s*:/.test(text) && /native\.cgroupdriver/.test(text);
  },
  parse: (lines, { origin, emit }) => {
    const at = lines.findIndex((line) => line.trim() !== '');
    const first = lines[at];
    if (first === undefined) return;
    const command = origin.command === undefined ? undefined : effectiveCommand(origin.command);
    if (/^(?:cat|\S{0,20}: \S{0,200}): .*No such file or directory$/.test(first)) {
      emit.fact('toolFailures', {
        ...factBase(origin, at, first),
        tool: command?.tool ?? 'cat',
        message: first.trim(),
      });
      return;
    }
    const path = command?.words.find((word) => word.startsWith('/')) ?? origin.file;
    let text = lines.join('\n');
    if (text.length > LIMIT) {
      text = text.slice(0, LIMIT);
      emit.unread(origin, 'configuration file cut at 256 KiB', origin.firstLine);
    }
    const pod = origin.pod === undefined ? undefined : defined({ name: origin.pod, namespace: origin.namespace });
    emit.fact('configFiles', { ...factBase(origin, at, first), ...defined({ pod }), path, text });
  },
});
