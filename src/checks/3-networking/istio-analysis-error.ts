import { defineCheck } from '../check.ts';

/** `VirtualService shop/orders`, `Gateway shop/edge gateway.yaml:12`, `Namespace shop`. */
const OBJECT = /^(\w{2,60}) (?:([a-z0-9-]{1,63})\/)?([A-Za-z0-9.-]{1,253})(?: |$)/;

export default defineCheck({
  id: 'istio-analysis-error',
  layer: 3,
  title: 'istioctl finds no error in the mesh configuration',
  failureTitle: 'istioctl finds an error in the mesh configuration',
  why: 'The resource is not applied as it is written, or points to something that is not there; traffic through the mesh goes elsewhere or nowhere. What a code means is on istio.io under Configuration Analysis Messages.',
  fix: ['Mend {kind} {name}, then run istioctl analyze again.'],
  next: ['istioctl analyze -A', 'istioctl proxy-status'],
  severity: 'warning',
  confidence: 'high',
  reads: ['istio-analysis-error'],
  *run(_facts, { snapshot }) {
    for (const hit of snapshot.hits('istio-analysis-error')) {
      const { code = '', object = '', words = '' } = hit.groups;
      const [, kind = 'Object', namespace, name = object] = OBJECT.exec(object) ?? [];
      yield {
        subject: { ...snapshot.named(kind, name), ...(namespace === undefined ? {} : { namespace }) },
        variant: code,
        message: `${kind} ${name}: ${words} (${code})`,
        evidence: snapshot.evidenceOf(hit),
      };
    }
  },
});
