import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../../src/parsers/command.ts';
import { contextNamespaces } from '../../../src/parsers/kubectl/context-namespace.ts';

const step = (command: string, output = '', shown?: string) => ({
  command: parseCommand(command),
  shown,
  lines: output.split('\n'),
});
const DESCRIBED = 'Name:         web\nNamespace:    shop\nSelector:     app=web';

describe('contextNamespaces', () => {
  it('learns it from what a command without a flag printed, for the commands before and after', () => {
    expect(
      contextNamespaces([
        step('kubectl get pods'),
        step('kubectl describe svc web', DESCRIBED),
        step('kubectl logs web-0'),
        step('kubectl get pods -n kube-system'),
        step('kubectl get pods -A'),
        step('df -h'),
      ]),
    ).toEqual(['shop', 'shop', 'shop', undefined, undefined, undefined]);
    expect(
      contextNamespaces([step('kubectl get pods'), step('kubectl get pvc', 'No resources found in shop namespace.')]),
    ).toEqual(['shop', 'shop']);
  });

  it('does not learn it from commands that were sent elsewhere', () => {
    for (const elsewhere of ['-n shop', '-A', '--context other', '--kubeconfig /tmp/other'])
      expect(
        contextNamespaces([step('kubectl get pods'), step(`kubectl describe svc web ${elsewhere}`, DESCRIBED)]),
        elsewhere,
      ).toEqual([undefined, undefined]);
  });

  it('is silent when the session contradicts itself', () => {
    expect(
      contextNamespaces([
        step('kubectl describe svc web', DESCRIBED),
        step('kubectl describe svc web', DESCRIBED.replace('shop', 'shop-test')),
        step('kubectl get pods'),
      ]),
    ).toEqual([undefined, undefined, undefined]);
  });

  it.each([
    ['kubectl config set-context --current --namespace=pay', 'pay'],
    ['kubens pay', 'pay'],
    ['oc project pay', 'pay'],
    ['kubectl ns pay', 'pay'],
    ['kubectl config use-context prod', undefined],
    ['kubectx prod', undefined],
  ])('follows %s', (change, after) => {
    const steps = [step('kubectl describe svc web', DESCRIBED), step(change), step('kubectl get pods')];
    const [first, , last] = contextNamespaces(steps);
    expect([first, last]).toEqual(['shop', after]);
  });

  it('believes the prompt', () => {
    expect(contextNamespaces([step('kubectl get pods', '', 'a'), step('kubectl get pods', '', 'b')])).toEqual([
      'a',
      'b',
    ]);
  });
});
