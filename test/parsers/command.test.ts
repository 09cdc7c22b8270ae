import { describe, expect, it } from 'vitest';
import { innerCommand, parseCommand } from '../../src/parsers/command.ts';
import { commandFromFileName } from '../../src/parsers/command-file-name.ts';

const take = (text: string): unknown => {
  const command = parseCommand(text);
  return command === undefined ? undefined : [command.tool, [...command.words], { ...command.flags }];
};

describe('parseCommand', () => {
  it.each([
    ['kubectl get pods -n shop -o wide', ['kubectl', ['get', 'pods'], { namespace: 'shop', output: 'wide' }]],
    ['kubectl -n shop get pods', ['kubectl', ['get', 'pods'], { namespace: 'shop' }]],
    ['k get po -nshop -owide', ['kubectl', ['get', 'po'], { namespace: 'shop', output: 'wide' }]],
    ['oc get pods --namespace=shop -A', ['kubectl', ['get', 'pods'], { namespace: 'shop', 'all-namespaces': true }]],
    ['microk8s kubectl get nodes', ['kubectl', ['get', 'nodes'], {}]],
    ['minikube kubectl -- get nodes -l a=b', ['kubectl', ['get', 'nodes'], { selector: 'a=b' }]],
    ['sudo k3s crictl ps -a', ['crictl', ['ps'], { a: true }]],
    [
      'kubectl logs web-1 -c app -p --tail 50',
      ['kubectl', ['logs', 'web-1'], { container: 'app', previous: true, tail: '50' }],
    ],
    ['kubectl logs -f web-1', ['kubectl', ['logs', 'web-1'], { follow: true }]],
    ['kubectl get pod/web-1', ['kubectl', ['get', 'pod/web-1'], {}]],
    [
      'kubectl get pods --all-namespaces=true --show-labels=false',
      ['kubectl', ['get', 'pods'], { 'all-namespaces': true }],
    ],
    [
      'kubectl exec -n shop debug -- nc -vz web 80',
      ['kubectl', ['exec', 'debug', '--', 'nc', '-vz', 'web', '80'], { namespace: 'shop' }],
    ],
    ['KUBECONFIG=/root/.kube/config sudo -E -u root kubectl get ns', ['kubectl', ['get', 'ns'], {}]],
    ['timeout -k 5 10s kubectl get ns', ['kubectl', ['get', 'ns'], {}]],
    ['timeout $LIMIT kubectl get ns', ['kubectl', ['get', 'ns'], {}]],
    ['timeout kubectl get ns', ['kubectl', ['get', 'ns'], {}]],
    ['time kubectl get nodes', ['kubectl', ['get', 'nodes'], {}]],
    ['watch -n 2 kubectl get nodes', ['kubectl', ['get', 'nodes'], {}]],
    [
      'kubectl get events | grep -i "back off" | tail -5',
      ['kubectl', ['get', 'events'], { '|': 'grep -i back off | tail -5' }],
    ],
    ['kubectl get pods > pods.txt 2>&1', ['kubectl', ['get', 'pods'], {}]],
    ['cd /tmp && kubectl get pods; date', ['kubectl', ['get', 'pods'], {}]],
    [
      'journalctl -u kubelet -n500 --no-pager --since "1 hour ago"',
      ['journalctl', [], { u: 'kubelet', n: '500', 'no-pager': true, since: '1 hour ago' }],
    ],
    ['/usr/bin/df -PT', ['df', [], { P: true, T: true }]],
    [
      'ETCDCTL_API=3 etcdctl --endpoints https://127.0.0.1:2379 endpoint status -w table',
      ['etcdctl', ['endpoint', 'status'], { endpoints: 'https://127.0.0.1:2379', w: 'table' }],
    ],
    ['openssl x509 -noout -in /etc/ssl/a.crt', ['openssl', ['x509'], { noout: true, in: '/etc/ssl/a.crt' }]],
    [
      "kubectl get pods -o jsonpath='{.items[*].metadata.name}' # names",
      ['kubectl', ['get', 'pods'], { output: '{.items[*].metadata.name}'.replace(/^/, 'jsonpath=') }],
    ],
  ])('%s', (text, wanted) => expect(take(text)).toEqual(wanted));

  it('gives nothing for nothing', () => {
    expect(parseCommand('   ')).toBeUndefined();
    expect(parseCommand('# a comment')).toBeUndefined();
    expect(parseCommand(`kubectl ${'x'.repeat(10_000)}`)).toBeUndefined();
  });
  it('survives an unclosed quote', () => expect(take('kubectl get "pods')).toEqual(['kubectl', ['get', 'pods'], {}]));
});

describe('innerCommand', () => {
  const inner = (text: string): string | undefined => {
    const command = parseCommand(text);
    return command === undefined ? undefined : innerCommand(command)?.text;
  };
  it.each([
    ['kubectl exec debug -- nc -vz web 80', 'nc -vz web 80'],
    ['kubectl exec -it debug -- sh -c "nslookup web | head"', 'nslookup web | head'],
    ['docker exec etcd etcdctl endpoint health', 'etcdctl endpoint health'],
    ['ssh root@node-1 df -h', 'df -h'],
    ["ssh node-1 'journalctl -u kubelet | tail'", 'journalctl -u kubelet | tail'],
    ["minikube -p dev ssh 'docker ps -a'", 'docker ps -a'],
    ['minikube ssh -- sudo crictl ps', 'sudo crictl ps'],
    ['minikube ssh', undefined],
    ['kubectl get pods', undefined],
  ])('%s', (text, wanted) => expect(inner(text)).toBe(wanted));
});

describe('commandFromFileName', () => {
  const named = (path: string): unknown => {
    const command = commandFromFileName(path);
    return command === undefined ? undefined : [command.tool, [...command.words], { ...command.flags }];
  };
  it.each([
    ['a/kubectl-get-pods.txt', ['kubectl', ['get', 'pods'], {}]],
    ['notes/kubeadm.md', undefined],
    ['kubectl_describe_pod.txt', ['kubectl', ['describe', 'pod'], {}]],
    ['kubectl-get-pods_-n_shop.txt', ['kubectl', ['get', 'pods'], { namespace: 'shop' }]],
    [
      'kubectl-get-pods-n-kube-system-o-wide.log',
      ['kubectl', ['get', 'pods'], { namespace: 'kube-system', output: 'wide' }],
    ],
    ['kubectl-get-pods-all-namespaces.txt', ['kubectl', ['get', 'pods'], { 'all-namespaces': true }]],
    ['kubectl-describe-pod-web-0.txt', ['kubectl', ['describe', 'pod', 'web-0'], {}]],
    ['kubectl-describe-pod-events.txt', ['kubectl', ['describe', 'pod'], {}]],
    ['kubectl-describe-pod-web-x2k9q-events.txt', ['kubectl', ['describe', 'pod', 'web-x2k9q'], {}]],
    ['kubectl-describe-pod-user-events.txt', ['kubectl', ['describe', 'pod', 'user-events'], {}]],
    ['kubectl-get-svc-selector-app-web.txt', ['kubectl', ['get', 'svc'], { selector: 'app-web' }]],
    ['nvidia-smi-L.txt', ['nvidia-smi', [], { L: true }]],
    ['journalctl-kubelet.txt', ['journalctl', [], { u: 'kubelet' }]],
    ['df_-alP', ['df', [], { a: true, l: true, P: true }]],
    ['etcdctl-endpoint-status.txt', ['etcdctl', ['endpoint', 'status'], {}]],
    ['etcd.log', undefined],
    ['host.txt', undefined],
    ['web.log', undefined],
    ['date-parser.log', undefined],
  ])('%s', (path, wanted) => expect(named(path)).toEqual(wanted));
});
