import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/checks/check.ts';
import auth from '../../../src/checks/1-application/image-pull-auth.ts';
import failed from '../../../src/checks/1-application/image-pull-failed.ts';
import mutable from '../../../src/checks/1-application/image-mutable-tag.ts';
import network from '../../../src/checks/1-application/image-pull-network.ts';
import neverPull from '../../../src/checks/1-application/image-never-pull-absent.ts';
import noSpace from '../../../src/checks/1-application/image-pull-no-space.ts';
import notFound from '../../../src/checks/1-application/image-pull-not-found.ts';
import nameInvalid from '../../../src/checks/1-application/image-name-invalid.ts';
import platform from '../../../src/checks/1-application/image-pull-wrong-platform.ts';
import policy from '../../../src/checks/1-application/image-pull-policy-or-signature.ts';
import rateLimited from '../../../src/checks/1-application/image-pull-rate-limited.ts';
import secretMissing from '../../../src/checks/1-application/image-pull-secret-missing.ts';
import slow from '../../../src/checks/1-application/image-pull-slow.ts';
import tls from '../../../src/checks/1-application/image-pull-tls.ts';
import { classifyPull, registryOf, repositoryOf } from '../../../src/snapshot/pods/image-pulls.ts';
import { ago, anEvent, aNode, aPod, run } from '../../build.ts';

const IMAGE = 'registry.example.com/web:1.4';
const POD = 'web-5d9c7b8f6d-k2xvq';
const waiting = (reason: string, image = IMAGE) =>
  aPod(POD, {
    spec: { containers: [{ name: 'app', image }] },
    status: {
      phase: 'Pending',
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [{ name: 'app', ready: false, restartCount: 0, image, state: { waiting: { reason } } }],
    },
  });
const pull = (words: string, image = IMAGE) =>
  anEvent(
    { kind: 'Pod', name: POD },
    'Failed',
    `Failed to pull image "${image}": failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${words}`,
  );

const ALL: readonly Check[] = [
  auth,
  failed,
  network,
  neverPull,
  noSpace,
  notFound,
  nameInvalid,
  platform,
  policy,
  rateLimited,
  tls,
];

describe('image pulls: each error has its one check', () => {
  const cases: readonly (readonly [Check, string | undefined, string])[] = [
    [notFound, undefined, `rpc error: code = NotFound desc = ${IMAGE}: not found`],
    [notFound, undefined, 'manifest unknown: manifest unknown'],
    [
      notFound,
      undefined,
      'this may be because there are no credentials on this request. details: (Tag 1.4 not found in repository registry.example.com/web)',
    ],
    [
      auth,
      undefined,
      'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://registry.example.com/token: 403 Forbidden',
    ],
    [
      auth,
      undefined,
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    ],
    [
      network,
      'dns',
      'failed to do request: Head "https://registry.example.com/v2/web": dial tcp: lookup registry.example.com on 192.0.2.53:53: no such host',
    ],
    [
      network,
      'dns',
      'failed to authorize: failed to fetch oauth token: Get "https://auth.example.com": dial tcp: lookup auth.example.com: i/o timeout',
    ],
    [
      network,
      'refused',
      'failed to do request: Head "https://registry.example.com": dial tcp 192.0.2.9:443: connect: connection refused',
    ],
    [network, 'timeout', 'failed to do request: Head "https://registry.example.com": net/http: TLS handshake timeout'],
    [
      tls,
      undefined,
      'failed to do request: Head "https://registry.example.com": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    [
      tls,
      'plain-http',
      'failed to do request: Head "https://registry.example.com": http: server gave HTTP response to HTTPS client',
    ],
    [
      rateLimited,
      undefined,
      'unexpected status code: 429 Too Many Requests - toomanyrequests: You have reached your pull rate limit.',
    ],
    [platform, undefined, 'no match for platform in manifest: not found'],
    [noSpace, undefined, 'failed to extract layer sha256:1: write /var/lib/containerd/x: no space left on device'],
    [policy, undefined, 'Source image rejected: A signature was required, but no signature exists'],
  ];
  for (const [check, variant, words] of cases)
    it(`${check.id}${variant === undefined ? '' : `:${variant}`} — ${words.slice(0, 60)}`, async () => {
      const objects = [waiting('ImagePullBackOff'), pull(words)];
      const { first } = await run(check, { objects });
      expect(first).toMatchObject({
        severity: check.severity,
        subject: { kind: 'Pod', name: POD, container: 'app', workload: { kind: 'Deployment', name: 'web' } },
      });
      expect(first?.variant).toBe(variant);
      expect(first?.message).toContain(IMAGE);
      expect(first?.evidence[0].text).toContain(words.slice(0, 40));
      for (const other of ALL) if (other !== check) expect((await run(other, { objects })).found).toEqual([]);
    });

  it('judges from events alone, and a pod that is gone is history', async () => {
    const events = [pull('manifest unknown')];
    expect((await run(notFound, { objects: events })).first?.state).toBe('current');
    const gone = await run(notFound, { objects: [aPod('other-1'), ...events] });
    expect(gone.first).toMatchObject({ state: 'recovered', severity: 'info' });
  });
  it('is recovered once the container runs', async () => {
    expect((await run(notFound, { objects: [aPod(POD), pull('manifest unknown')] })).first?.state).toBe('recovered');
  });
  it('takes a refused official image for one that does not exist', async () => {
    const image = 'rediss:7';
    const { first } = await run(notFound, {
      objects: [
        waiting('ImagePullBackOff', image),
        pull('unexpected status from HEAD request to https://mirror.example/v2/library/rediss: 403 Forbidden', image),
      ],
    });
    expect(first?.message).toContain('official images are public');
  });
  it('names the other tags of the repository that run', async () => {
    const old = aPod('web-7c5ddbdf54-abcde', {
      spec: { containers: [{ name: 'app', image: 'registry.example.com/web:1.3' }] },
    });
    const { first } = await run(notFound, { objects: [old, waiting('ErrImagePull'), pull('manifest unknown')] });
    expect(first?.fix?.[0]).toContain('registry.example.com/web:1.3');
  });
  it('says that the reason is not in the bundle when only the state is', async () => {
    const { first } = await run(failed, { objects: [waiting('ImagePullBackOff')] });
    expect(first?.message).toContain('the state but not the reason');
  });
  it('knows states that need no message', async () => {
    expect(
      (await run(nameInvalid, { objects: [waiting('InvalidImageName', 'Registry/Web:')] })).first?.message,
    ).toContain('Registry/Web:');
    expect((await run(neverPull, { objects: [waiting('ErrImageNeverPull')] })).first?.message).toContain('Never');
  });
  it('is silent on a healthy pod and not checked without pods and events', async () => {
    for (const check of ALL) {
      expect((await run(check, { objects: [aPod()] })).outcome).toBe('passed');
      expect((await run(check, {})).outcome).toBe('not-checked');
    }
  });
});

describe('pull secrets', () => {
  const secretPod = () => {
    const pod = waiting('ImagePullBackOff') as { spec: object };
    return { ...pod, spec: { ...pod.spec, imagePullSecrets: [{ name: 'regcred' }] } };
  };
  it('is critical when the pull is refused for it', async () => {
    const unable = anEvent(
      { kind: 'Pod', name: POD },
      'FailedToRetrieveImagePullSecret',
      'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
    );
    const { first } = await run(secretMissing, { objects: [secretPod(), unable, pull('401 Unauthorized')] });
    expect(first).toMatchObject({ variant: 'absent', severity: 'critical' });
    expect(first?.message).toContain('regcred');
    expect(first?.message).toContain('401 Unauthorized');
  });
  it('tells a wrong type', async () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'regcred', namespace: 'shop', uid: 'u' },
      type: 'Opaque',
    };
    expect((await run(secretMissing, { objects: [secretPod(), secret] })).first).toMatchObject({
      variant: 'wrong-type',
    });
  });
  it('does not call a Secret missing that nobody listed', async () => {
    expect((await run(secretMissing, { objects: [secretPod()] })).found).toEqual([]);
  });
});

describe('slow pulls and moving tags', () => {
  it('reports a pull that has no end', async () => {
    const pulling = anEvent({ kind: 'Pod', name: POD }, 'Pulling', `Pulling image "${IMAGE}"`, {
      type: 'Normal',
      lastTimestamp: ago(900),
      firstTimestamp: ago(900),
    });
    expect((await run(slow, { objects: [waiting('ContainerCreating'), pulling] })).first).toMatchObject({
      variant: 'pending',
      severity: 'warning',
    });
    const done = anEvent(
      { kind: 'Pod', name: POD },
      'Pulled',
      `Successfully pulled image "${IMAGE}" in 3m20s (3m21s including waiting). Image size: 12 bytes.`,
      { type: 'Normal' },
    );
    expect(
      (await run(slow, { objects: [aPod(POD), pulling, done] })).found.map((f) => [f.variant, f.severity]),
    ).toEqual([['done', 'info']]);
  });
  it('sees two digests under one tag within one revision', async () => {
    const replica = (name: string, digest: string) =>
      aPod(name, {
        status: {
          containerStatuses: [
            {
              name: 'app',
              ready: true,
              imageID: `registry.example.com/web@sha256:${digest.repeat(64)}`,
              state: { running: {} },
            },
          ],
        },
      });
    const pods = [replica('web-5d9c7b8f6d-aaaaa', '1'), replica('web-5d9c7b8f6d-bbbbb', '2')];
    expect((await run(mutable, { objects: pods })).first?.subject).toMatchObject({ kind: 'Deployment', name: 'web' });
    expect((await run(mutable, { objects: [pods[0] as object] })).found).toEqual([]);
  });
});

it('says what the state says where nobody knows the reason', async () => {
  const { first } = await run(failed, { objects: [waiting('ImagePullBackOff')] });
  expect(first).toMatchObject({ confidence: 'medium' });
  expect(first?.message).toMatch(/state but not the reason: ImagePullBackOff$/);
});

describe('an image without a reason on a Windows node', () => {
  const windows = { status: { nodeInfo: { osImage: 'Windows Server 2022 Datacenter' } } };
  const stray = (image: string, spec: object = {}) => ({
    ...waiting('ImagePullBackOff', image),
    spec: { nodeName: 'pane-2', containers: [{ name: 'app', image }], ...spec },
  });
  it('says that nothing kept the pod from it', async () => {
    const { first } = await run(failed, { objects: [stray(IMAGE), aNode('pane-2', windows)] });
    expect(first).toMatchObject({ variant: 'windows' });
    expect(first?.message).toContain('Node pane-2 runs Windows (Windows Server 2022 Datacenter)');
  });
  it('says nothing of it where the pod was meant for it', async () => {
    for (const pod of [
      stray(IMAGE, { nodeSelector: { 'kubernetes.io/os': 'windows' } }),
      stray('registry.example.com/web:1.4-ltsc2022'),
    ]) {
      const { first } = await run(failed, { objects: [pod, aNode('pane-2', windows)] });
      expect(first?.variant).toBeUndefined();
    }
  });
});

describe('image references', () => {
  it('splits registry, repository and tag', () => {
    expect(repositoryOf('localhost:5000/a/b:1')).toBe('localhost:5000/a/b');
    expect(registryOf('localhost:5000/a/b:1')).toBe('localhost:5000');
    expect(registryOf('redis:7')).toBe('docker.io');
    expect(registryOf('library/redis')).toBe('docker.io');
    expect(classifyPull('something else entirely').cause).toBe('unknown');
  });
});
