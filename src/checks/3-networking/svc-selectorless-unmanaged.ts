import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'svc-selectorless-unmanaged',
  layer: 3,
  title: 'Services without selector have endpoints',
  failureTitle: 'A Service without selector has no endpoints',
  why: 'Without a selector nobody makes the endpoints; somebody has to write them.',
  fix: ['Create an EndpointSlice with the label kubernetes.io/service-name={name}, or give the Service a selector.'],
  next: ['kubectl get endpointslices -n {namespace} -l kubernetes.io/service-name={name}'],
  severity: 'info',
  confidence: 'high',
  needs: ['services'],
  needsAny: ['endpoints', 'endpointSlices'],
  *run({ services }, { snapshot }) {
    for (const service of services) {
      const { namespace, name } = service.metadata;
      if (service.spec?.type === 'ExternalName' || Object.keys(service.spec?.selector ?? {}).length > 0) continue;
      // A row of a table has no selector to show.
      if (!snapshot.sourcesOf(service as never).some((source) => source.detail !== 'row')) continue;
      if (!snapshot.listed('endpoints', namespace) && !snapshot.listed('endpointSlices', namespace)) continue;
      if (snapshot.backendsOf(service).addresses.length > 0) continue;
      yield {
        subject: snapshot.subject(service as never),
        message: `Service ${name} has no selector and no endpoints: nothing answers at its address`,
        evidence: [snapshot.quote(service, '/spec/ports')],
      };
    }
  },
});
