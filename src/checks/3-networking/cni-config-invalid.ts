import { defineCheck } from '../check.ts';
import { networkPluginRule } from './network-plugin-check.ts';

export default defineCheck(
  networkPluginRule({
    id: 'cni-config-invalid',
    title: 'The CNI configuration is valid',
    failureTitle: 'The CNI configuration in /etc/cni/net.d is rejected',
    why: 'The runtime finds a configuration file and refuses it. The complaint that follows, "no networks found" or "cni config uninitialized", sounds as if no network plug-in were installed.',
    fix: [
      'Correct the file in /etc/cni/net.d on {node}: valid JSON, a cniVersion at the top level that the plug-in supports, a plug-in type that exists.',
    ],
    next: ['cat /etc/cni/net.d/*', 'ls /opt/cni/bin', 'journalctl -u kubelet -u containerd -n 200 --no-pager'],
    signature: 'cni-config-invalid-line',
    pattern:
      /plugin ([\w.-]{1,60}) does not support config version "([^"]{0,20})"|[Ee]rror (?:loading|parsing|validating) CNI (?:config|configuration).{1,200}|cni config load failed: (?!no network config found).{1,200}|missing .cniVersion.|incompatible CNI versions.{0,120}|error parsing configuration.{1,160}/,
    says: (match, where) => {
      const version = /plugin ([\w.-]{1,60}) does not support config version "([^"]{0,20})"/.exec(match.input);
      return version === null
        ? `The CNI configuration in /etc/cni/net.d on ${where} is rejected: ${match[0].slice(0, 240)}`
        : `The CNI configuration in /etc/cni/net.d on ${where} is rejected: plugin ${version[1] ?? ''} does not support config version "${version[2] ?? ''}"${version[2] === '' ? ' (cniVersion is missing at the top level of the file)' : ''}`;
    },
  }),
);
