import { fieldsOf, parseJson } from '../../lib/untyped.ts';
import { jsonBase } from '../json-place.ts';
import { messageOf } from '../kubernetes/objects.ts';
import { parseYaml } from '../kubernetes/yaml-schema.ts';
import { defineParser } from '../parser.ts';

/** `clusterDNS` as the flag of the same name: cluster-dns; `cpuCFSQuota`: cpu-cfs-quota. */
const flagOf = (field: string): string =>
  field
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();

/** A setting as a flag would say it; undefined for what no flag can. */
function valueOf(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? value.join(',') : undefined;
  const entries = Object.entries(fieldsOf(value));
  if (entries.length === 0 || entries.some(([, one]) => typeof one === 'object')) return undefined;
  // `--eviction-hard memory.available<100Mi`, `--feature-gates GATE=true`
  const sign = entries.every(([name]) => name.includes('.')) ? '<' : '=';
  return entries.map(([name, one]) => `${name}${sign}${String(one)}`).join(',');
}

/**
 * The kubelet's configuration, each setting under the name of the flag that sets the same. hostValues, topic
 * `kubelet-flag`.
 *
 * Command: `cat /var/lib/kubelet/config.yaml`, `kubectl get --raw /api/v1/nodes/NODE/proxy/configz`.
 * Versions: kubelet.config.k8s.io/v1beta1, kubelet 1.10 to 1.36.
 * Sample:
 *
 *     apiVersion: kubelet.config.k8s.io/v1beta1
 *     kind: KubeletConfiguration
 *     cgroupDriver: systemd
 *     clusterDNS:
 *     - 10.96.0.10
 *
 * Empty: what is not set has the default of the kubelet's version.
 */
export default defineParser({
  kind: 'kubelet-config',
  reads: "the kubelet's config.yaml and configz",
  priority: 10,
  sniff(head) {
    if (/^\s*\{\s{0,20}"kubeletconfig"\s*:/.test(head.slice(0, 3).join('\n'))) return true;
    // Logs of installers quote the file.
    const first = head.find((line) => line.trim() !== '' && !/^(?:#|---)/.test(line)) ?? '';
    return (
      /^(?:apiVersion: kubelet\.config\.k8s\.io\/|kind: ["']?KubeletConfiguration)/.test(first) &&
      head.some((line) => /^kind: ["']?KubeletConfiguration["']?\s*$/.test(line))
    );
  },
  parse(lines, { origin, emit }) {
    const text = lines.join('\n');
    const wrapped = fieldsOf(parseJson(text))['kubeletconfig'];
    let settings = fieldsOf(wrapped);
    if (wrapped === undefined) {
      try {
        settings = fieldsOf(parseYaml(text));
      } catch (error) {
        return emit.unread(origin, `not valid YAML: ${messageOf(error)}`);
      }
    }
    const { apiVersion: _version, kind: _kind, ...rest } = settings;
    for (const [field, setting] of Object.entries(rest)) {
      const value = valueOf(setting);
      if (value === undefined) continue;
      const path = wrapped === undefined ? [field] : ['kubeletconfig', field];
      emit.fact('hostValues', { ...jsonBase(origin, path, setting), topic: 'kubelet-flag', key: flagOf(field), value });
    }
    if (Object.keys(rest).length === 0) emit.unread(origin, 'no settings in it', origin.firstLine);
  },
});
