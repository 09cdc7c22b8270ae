import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addRequests, podRequests } from '../../../src/simulation/scheduler/requests.ts';
import type { PodSpec } from '../../../src/snapshot/kinds/core.ts';
import type { Pod } from '../../../src/snapshot/kinds/index.ts';

const quantities = fc.dictionary(
  fc.constantFrom('cpu', 'memory', 'nvidia.com/gpu'),
  fc.constantFrom('100m', '1', '64Mi', '1.0005', 'much'),
);
const container = fc.record(
  {
    name: fc.constant('app'),
    resources: fc.record({ limits: quantities, requests: quantities }, { requiredKeys: [] }),
  },
  { requiredKeys: ['name'] },
);
const spec = fc.record(
  {
    containers: fc.array(container, { maxLength: 3 }),
    initContainers: fc.array(container, { maxLength: 1 }),
    overhead: quantities,
    resources: fc.record({ requests: quantities }),
  },
  { requiredKeys: [] },
);
const plain = fc.record({ containers: fc.tuple(container) });
const status = fc.record(
  {
    containerStatuses: fc.array(fc.record({ name: fc.constant('app'), allocatedResources: quantities }), {
      maxLength: 2,
    }),
  },
  { requiredKeys: [] },
);

it('adds to a sum just what the pod asks for', () => {
  fc.assert(
    fc.property(fc.oneof(plain, spec), fc.option(status, { nil: undefined }), (of, now) => {
      const sum = new Map<string, number>();
      addRequests(sum, of as PodSpec, now as Pod['status']);
      expect(Object.fromEntries(sum)).toEqual(Object.fromEntries(podRequests(of as PodSpec, now as Pod['status'])));
    }),
    { numRuns: 500 },
  );
});
