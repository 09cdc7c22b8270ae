import { defineCheck } from '../check.ts';

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

export default defineCheck({
  id: 'svc-externalname-ip',
  layer: 3,
  title: 'ExternalName Services name hosts',
  failureTitle: 'An ExternalName Service has an IP address instead of a name',
  why: 'The cluster DNS answers with a CNAME to externalName. An address is taken for a name made of digits, which no name server knows, so look-ups of the Service fail.',
  fix: ['Use a DNS name; for an address make a Service without selector and an EndpointSlice with that address.'],
  next: ['kubectl get service {name} -n {namespace} -o yaml'],
  severity: 'critical',
  confidence: 'high',
  needs: ['services'],
  *run({ services }, { snapshot }) {
    for (const service of services) {
      const name = service.spec?.externalName;
      if (service.spec?.type !== 'ExternalName' || name === undefined) continue;
      if (!IPV4.test(name) && !name.includes(':')) continue;
      yield {
        subject: snapshot.subject(service),
        message: `Service ${service.metadata.name} of type ExternalName points to ${name}, an IP address: externalName must be a DNS name, and look-ups of the Service fail`,
        evidence: [snapshot.quote(service, '/spec/externalName')],
      };
    }
  },
});
