import { defineCheck } from '../check.ts';

export default defineCheck({
  id: 'svc-selectorless-unmanaged',
  layer: 3,
  title: 'Services without selector have endpoints',
  failureTitle: 'A Service without selector has no endpoints that it can use',
  why: 'Without a selector nobody makes the endpoints; somebody has to write them, with the same port names as the Service: kube-proxy, Ingress controllers and DNS join the two by the name of the port.',
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
      if (!snapshot.sourcesOf(service).some((source) => source.detail !== 'row')) continue;
      const backends = snapshot.backendsOf(service);
      const [object] = backends.objects;
      const wanted = (service.spec?.ports ?? []).map((port) => port.name ?? '');
      const given = backends.ports.map((port) => port.name ?? '');
      // A description shows no name of a port that has none, and a row shows no names at all.
      const whole = [service, ...backends.objects].every((one) =>
        snapshot.sourcesOf(one).some(({ detail }) => detail === 'full'),
      );
      if (
        object !== undefined &&
        whole &&
        backends.addresses.length > 0 &&
        wanted.length > 0 &&
        given.length > 0 &&
        !given.some((port) => wanted.includes(port))
      ) {
        const named = (ports: readonly string[]): string =>
          ports.map((port) => (port === '' ? 'a port without a name' : `"${port}"`)).join(', ');
        yield {
          subject: snapshot.subject(service),
          variant: 'port-name',
          severity: 'warning',
          message: `Service ${name} calls its port ${named(wanted)}, and its ${object.kind} ${named(given)}: the port names differ, so the Service has no endpoint that can be used`,
          fix: [
            `Give the port of ${object.kind} ${object.metadata.name} the name that it has in Service ${name} (${named(wanted)}).`,
          ],
          evidence: [
            snapshot.quote(service, '/spec/ports'),
            snapshot.quote(object, object.kind === 'EndpointSlice' ? '/ports' : '/subsets'),
          ],
        };
        continue;
      }
      if (!snapshot.listed('endpoints', namespace) && !snapshot.listed('endpointSlices', namespace)) continue;
      if (backends.addresses.length > 0) continue;
      yield {
        subject: snapshot.subject(service),
        message: `Service ${name} has no selector and no endpoints: nothing answers at its address`,
        evidence: [snapshot.quote(service, '/spec/ports')],
      };
    }
  },
});
