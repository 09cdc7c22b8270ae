import { describe, expect, it } from 'vitest';
import { date } from '../../src/parsers/date.ts';
import { transcript } from '../../src/parsers/transcript.ts';
import { run } from './kubectl/run.ts';

const texts = (text: string, command?: string) =>
  run(transcript, text, command).texts.map(({ origin, lines }) => [
    origin.command?.text,
    origin.firstLine,
    origin.node,
    lines.length,
  ]);

describe('transcript', () => {
  it('hands on each output with its command and first line', () => {
    const text = `
collected on site

$ kubectl get pods -n shop
NAME    READY   STATUS    RESTARTS   AGE
web-1   1/1     Running   0          9d

$ kubectl get secrets -n shop


$ df -h
Filesystem  Size
`;
    expect(texts(text)).toEqual([
      [undefined, 1, undefined, 1],
      ['kubectl get pods -n shop', 4, undefined, 2],
      ['kubectl get secrets -n shop', 8, undefined, 0],
      ['df -h', 11, undefined, 1],
    ]);
  });

  it.each([
    ['root@node-1:~# df -h', 'node-1'],
    ['root@node-1 [ ~ ]# df -h', 'node-1'],
    ['laptop:charts alice$ df -h', 'laptop'],
    ['▶ df -h', undefined],
    ['root@node-1 ~ ➜  df -h', 'node-1'],
    ['[root@node-1 ~]# df -h', 'node-1'],
    ['[root@node-1:~]# df -h', 'node-1'],
    ['[mara@node-1:~/charts]$ df -h', 'node-1'],
    ['(venv) ops@node-1.example.org:/var/log$ df -h', 'node-1.example.org'],
    ['node-1:~ # df -h', 'node-1'],
    ['mara@laptop:~ (demo-project)$ df -h', 'laptop'],
    ['mara@laptop:~/charts (fix/ports)$ df -h', 'laptop'],
    ['mara [ ~ ]$ df -h', undefined],
    ['node-1# df -h', 'node-1'],
    ['worker2$ df -h', 'worker2'],
    ['worker2 $ df -h', 'worker2'],
    ['PS C:\\Users\\me> df -h', undefined],
    ['➜  ~ df -h', undefined],
    ['~/charts/press ❯ df -h', undefined],
    ['~/charts/press » df -h', undefined],
    ['~ » df -h', undefined],
    ['charts on main took 3s ❯ df -h', undefined],
    ['sh-4.4# df -h', undefined],
    ['/ # df -h', undefined],
    ['# df -h', undefined],
    ['+ df -h', undefined],
    ['=== df -h ===', undefined],
  ])('knows the prompt %s', (line, node) => {
    expect(texts(`${line}\nFilesystem  Size`)).toEqual([['df -h', 2, node, 1]]);
  });

  it('knows the machine that kubectl debug opens a shell on', () => {
    const lines =
      '$ kubectl debug node/quill-1 -it --image=busybox -- sh\n/ # df -h\nFilesystem  Size\n$ kubectl get nodes\nNAME';
    expect(texts(lines)).toContainEqual(['df -h', 3, 'quill-1', 1]);
    expect(
      texts('$ kubectl debug node/quill-2 -it --image=busybox -- chroot /host df -h\nFilesystem  Size')[0]?.[2],
    ).toBe('quill-2');
  });

  it.each([
    ['(⎈|prod:shop)me@laptop:~$ kubectl get pods', 'shop'],
    ['(⎈ |arn:aws:eks:eu-west-1:123:cluster/prod:shop) ➜  ~ kubectl get pods', 'shop'],
    ['[me@laptop work (⎈|prod:shop)]$ kubectl get pods', 'shop'],
    ['(⎈|prod:N/A) $ kubectl get pods', undefined],
    ['(⎈|prod:shop) $ kubectl get pods -n pay', 'pay'],
    ['(⎈|prod:shop) $ kubectl get pods -A', undefined],
  ])('reads the namespace that kube-ps1 shows in %s', (line, namespace) => {
    const [text] = run(transcript, `${line}\nNAME   READY`).texts;
    expect([text?.origin.command?.words, text?.origin.namespace]).toEqual([['get', 'pods'], namespace]);
  });

  it('gives the outputs the namespace of the context, as far as the session tells it', () => {
    const session = '$ kubectl get pods\nNAME   READY\n$ kubectl describe svc web\nName:  web\nNamespace:  shop\n';
    expect(run(transcript, session).texts.map(({ origin }) => origin.namespace)).toEqual(['shop', 'shop']);
  });

  it('says nothing about the machine where kubectl was typed', () => {
    expect(texts('me@laptop% kubectl get nodes\nNAME   STATUS')).toEqual([['kubectl get nodes', 2, undefined, 1]]);
    expect(texts('me@laptop:~$ kubectl get nodes\nNAME   STATUS')).toEqual([['kubectl get nodes', 2, undefined, 1]]);
    expect(texts('me@laptop:~$ ssh root@node-2 df -h\nFilesystem')).toEqual([
      ['ssh root@node-2 df -h', 2, 'node-2', 1],
    ]);
  });

  it('gives the pod that a command ran in', () => {
    const [first] = run(transcript, '$ kubectl exec -n shop debug -- nc -vz web 80\nweb open').texts;
    expect(first?.origin).toMatchObject({ pod: 'debug', namespace: 'shop' });
  });

  it('leaves the prompt that waits below an output out of it', () => {
    const text = `mara@laptop:~ (demo-project)$ kubectl get pods
NAME    READY   STATUS    RESTARTS   AGE
web-1   1/1     Running   0          9d
mara@laptop:~ (demo-project)$
mara@laptop:~ (demo-project)$ kubectl get svc
NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE
web    ClusterIP   10.96.0.7    <none>        80/TCP    9d
mara@laptop:~ (demo-project)$
`;
    expect(texts(text)).toEqual([
      ['kubectl get pods', 2, undefined, 2],
      ['kubectl get svc', 6, undefined, 2],
    ]);
  });

  it('joins commands continued with a backslash', () => {
    expect(texts('$ kubectl get pods \\\n>   -n shop\nNAME   READY')).toEqual([
      ['kubectl get pods  -n shop', 3, undefined, 1],
    ]);
  });

  it('takes the shell’s timing off the output', () => {
    const out = run(
      transcript,
      '$ time kubectl get nodes\nNAME   STATUS\n\nreal\t0m5.212s\nuser\t0m0.1s\nsys\t0m0.0s\n',
    );
    expect(out.facts).toMatchObject([
      { area: 'commandTimings', record: { command: 'time kubectl get nodes', seconds: 5.212 } },
    ]);
    expect(out.texts[0]?.lines).toEqual(['NAME   STATUS']);
  });

  it('takes no comment, prose or configuration for a prompt', () => {
    const sniff = (text: string, command?: string): boolean => run(transcript, text, command).sniffed;
    expect(sniff('server:\n# date of the last change\n# ip address of it')).toBe(false);
    expect(sniff('localhost:\n# file /etc/hosts\n127.0.0.1 localhost\n# cat of the day\n10.0.0.1 cat')).toBe(false);
    expect(sniff('apiVersion: v1\nkind: ConfigMap\ndata:\n$ kubectl get pods')).toBe(false);
    expect(sniff('costs\n$ 5 per month')).toBe(false);
    expect(sniff('a log line\n$ kubectl get pods', 'kubectl logs web-1')).toBe(false);
    expect(sniff('$ kubectl get pods', 'kubectl get pods')).toBe(true);
    expect(sniff('+ curl -s http://db:8000\nwaiting\n+ sleep 1', 'kubectl logs web-1')).toBe(false);
  });

  it('knows a prompt of root behind a sentence', () => {
    const text = 'It has no room left:\n\n# df -h /var\nFilesystem\n# du -sh /var/log\n19G\t/var/log';
    expect(texts(text).map(([command]) => command)).toEqual([undefined, 'df -h /var', 'du -sh /var/log']);
  });

  it('takes the name of a container from the listing of its runtime', () => {
    const origins = (text: string) => run(transcript, text).texts.map(({ origin }) => origin);
    const crictl = `$ crictl ps -a
CONTAINER       IMAGE           CREATED          STATE    NAME             ATTEMPT  POD ID          POD                  NAMESPACE
a1d31c5b2a8f1   e9f4b425f9192   12 seconds ago   Exited   kube-apiserver   7        0c2c0d4f4a9b4   kube-apiserver-cp1   kube-system
$ crictl logs a1d31c5b2a8f1
Error: x`;
    expect(origins(crictl)[1]).toMatchObject({
      container: 'kube-apiserver',
      pod: 'kube-apiserver-cp1',
      namespace: 'kube-system',
    });
    const docker = `$ docker ps -a
CONTAINER ID   IMAGE          COMMAND   CREATED   STATUS                    PORTS   NAMES
5d0f6c1b2a3e   a8049396f6b9   "etcd"    1h ago    Exited (1) 1 minute ago           k8s_etcd_etcd-cp1_kube-system_0f1e_12
$ docker logs --tail 5 5d0f6c1b
panic`;
    expect(origins(docker)[1]).toMatchObject({ container: 'etcd', pod: 'etcd-cp1', namespace: 'kube-system' });
    expect(origins('$ crictl logs a1d31c5b2a8f1\nError: x')[0]).not.toHaveProperty('container');
  });

  it('a sentence may begin with a word of a manifest', () => {
    expect(texts('kind cluster of three nodes\n$ kubectl get nodes\nNAME')).toHaveLength(2);
  });

  it('leaves comments inside an output alone', () => {
    expect(texts('$ kubectl describe cm a\n# cat /etc/hosts\n# date')).toEqual([
      ['kubectl describe cm a', 2, undefined, 2],
    ]);
  });

  describe('a shell in a pod', () => {
    const places = (text: string) =>
      run(transcript, text).texts.map(({ origin }) => [
        origin.command?.text,
        origin.namespace,
        origin.pod,
        origin.container,
        origin.node,
      ]);

    it('is where the commands below were typed, until its end', () => {
      const text = `
ops@laptop:~$ kubectl exec -it web-1 -n shop -c app -- sh
/ # nslookup api
Server: 10.96.0.10
/ # df -h
Filesystem  Size
/ # exit
ops@laptop:~$ df -h
Filesystem  Size
`;
      expect(places(text)).toEqual([
        ['kubectl exec -it web-1 -n shop -c app -- sh', 'shop', 'web-1', 'app', undefined],
        ['nslookup api', 'shop', 'web-1', 'app', undefined],
        ['df -h', 'shop', 'web-1', 'app', undefined],
        ['df -h', undefined, undefined, undefined, 'laptop'],
      ]);
    });

    it('has the name of its pod in the prompt, which is no machine', () => {
      const text = 'me@laptop:~$ oc rsh -n shop web-1\nroot@web-1:/# df -h\nFilesystem  Size\n';
      expect(places(text)[1]).toEqual(['df -h', 'shop', 'web-1', undefined, undefined]);
    });

    it('is left where the cluster is asked, or a node was entered', () => {
      expect(places('$ kubectl exec -it web-1 -- bash\n# kubectl get pods\nNAME\n# df -h\nSize\n').at(-1)).toEqual([
        'df -h',
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
      expect(places('$ kubectl debug node/node-1 -it --image=busybox\n/ # df -h\nSize\n').at(-1)?.[2]).toBe(undefined);
    });

    it('is none where the command did its work and came back', () => {
      for (const command of ['kubectl exec web-1 -- sh -c "df -h"', 'kubectl run web-1 --image=nginx'])
        expect(places(`me@laptop:~$ ${command}\nSize\nroot@node-1:~# df -h\nSize\n`).at(-1)).toEqual([
          'df -h',
          undefined,
          undefined,
          undefined,
          'node-1',
        ]);
    });
  });
});

describe('date', () => {
  it('is known without its command when it stands alone', () => {
    const sniffs = (text: string) => date.sniff(text.split('\n'), { file: 'now.txt', firstLine: 1 });
    expect(sniffs('Fri Nov 28 16:03:58 UTC 2025\n')).toBe(true);
    expect(sniffs('Fri, 28 Nov 2025 16:03:58 +0000')).toBe(true);
    expect(sniffs('Fri Nov 28 16:03:58 UTC 2025\nFri Nov 28 16:03:59 UTC 2025')).toBe(false);
    expect(sniffs('Fri Nov 28 16:03:58 UTC 2025 kubelet started')).toBe(false);
    expect(sniffs('Friday is no date')).toBe(false);
  });
  it('gives the moment of collection', () => {
    expect(run(date, 'Fri Nov 28 16:03:58 UTC 2025').clocks).toEqual([Date.parse('2025-11-28T16:03:58Z')]);
    expect(run(date, '2025-11-28T16:03:58+08:00').clocks).toEqual([Date.parse('2025-11-28T08:03:58Z')]);
    expect(run(date, '1764316800').clocks).toEqual([1764316800000]);
  });
  it('gives none for an ambiguous zone', () => {
    const out = run(date, 'Fri Nov 28 16:03:58 CST 2025');
    expect(out.clocks).toEqual([]);
    expect(out.unread).toHaveLength(1);
  });
});

it('a loop on one line is a command', () => {
  const text = `$ for n in a b; do echo "$n"; ssh $n df -h /; done\nFilesystem Size Used Avail Use% Mounted on\n/dev/sda2 98G 40G 58G 41% /\n`;
  expect(texts(text)[0]?.[0]).toMatch(/^for n in a b/);
});
