import { describe, expect, it } from 'vitest';
import { paste } from '../../paste.ts';

const listing = (...names: readonly string[]): string =>
  `root@m1:~# ls -l /etc/kubernetes/manifests
total 20
${names.map((name) => `-rw------- 1 root root 2394 Mar  1 09:00 ${name}\n`).join('')}`;

const found = async (...names: readonly string[]): Promise<readonly string[]> =>
  (await paste({ 'ticket.txt': listing(...names) })).findings
    .filter(({ check }) => check === 'static-pod-manifest-doubled')
    .map(({ message }) => message);

describe('a copy of a manifest among the static pods', () => {
  for (const copy of ['etcd.yaml.bak', 'etcd.yaml~', 'etcd-backup.yaml', 'etcd.yaml.20260301', 'etcd.yaml-old'])
    it(copy, async () => {
      const [first, ...more] = await found('etcd.yaml', copy, 'kube-apiserver.yaml');
      expect(first).toContain(`${copy} lies beside etcd.yaml in /etc/kubernetes/manifests of m1`);
      expect(more).toEqual([]);
    });

  it('explains an upgrade that waits for its new manifest', async () => {
    const result = await paste({
      'ticket.txt': listing('etcd.yaml', 'etcd.yaml.bak'),
      'upgrade.txt':
        "[upgrade/apply] FATAL: couldn't upgrade control plane. kubeadm has tried to recover everything into the earlier state. Errors faced: static Pod hash for component etcd on Node m1 did not change after 5m0s: timed out waiting for the condition\n",
    });
    expect(result.rootCauses[0]?.check).toBe('static-pod-manifest-doubled');
  });

  it('is silent of other pods, hidden files and folders', async () => {
    expect(await found('etcd.yaml', '.etcd.yaml.swp', 'etcd-events.yaml', 'kube-apiserver.yaml')).toEqual([]);
    expect(
      await found('etcd.yaml').then(async () =>
        (
          await paste({
            'ticket.txt':
              'root@m1:~# ls -l /etc/kubernetes/manifests\ndrwx------ 2 root root 4096 Mar  1 09:00 etcd.yaml.old\n-rw------- 1 root root 2394 Mar  1 09:00 etcd.yaml\n',
          })
        ).findings.filter(({ check }) => check === 'static-pod-manifest-doubled'),
      ),
    ).toEqual([]);
  });
});
