import type { Evidence } from '../../parsers/records.ts';
import { releases } from '../../snapshot/releases.ts';
import { defineCheck } from '../check.ts';

const REFUSED = /CustomResourceDefinition(?:\.apiextensions\.k8s\.io)? "([^"]{1,253})" is invalid:(.{0,300})/gs;

export default defineCheck({
  id: 'crd-update-refused',
  layer: 4,
  title: 'CustomResourceDefinitions are accepted',
  failureTitle: 'The API server refuses a CustomResourceDefinition',
  why: 'A new version of a definition must keep every version in which objects are stored (status.storedVersions), must mark exactly one version as the storage version, and its schema must be structural; else an installation or upgrade of the operator stops here.',
  fix: ['Mend what the message names: take a release of the chart that is made for this version of Kubernetes'],
  next: ["kubectl get crd {name} -o jsonpath='{.status.storedVersions}'"],
  severity: 'warning',
  confidence: 'high',
  needsAny: ['commandFailures', 'containerLogs', 'hostLogs', 'releases'],
  reads: ['crd-update-refused'],
  *run({ commandFailures }, { snapshot }) {
    const told = new Map<string, { readonly why: string; readonly evidence: Evidence[] }>();
    const add = (text: string, evidence: Evidence): void => {
      for (const [, name = '', why = ''] of text.replaceAll(/\\{1,8}"/g, '"').matchAll(REFUSED)) {
        const known = told.get(name);
        if (known === undefined) told.set(name, { why: why.trim(), evidence: [evidence] });
        else if (!known.evidence.some(({ file, line }) => file === evidence.file && line === evidence.line))
          known.evidence.push(evidence);
      }
    };
    for (const { message, source } of commandFailures) add(message, source);
    for (const { description = '', evidence } of releases(snapshot)) add(description, evidence);
    for (const hit of snapshot.hits('crd-update-refused')) {
      const { name, reason } = hit.groups;
      const [evidence] = snapshot.evidenceOf(hit);
      if (name !== undefined) add(hit.first.text, evidence);
      // Several reasons stand in a list below the name.
      const above = [...told.values()].at(-1);
      if (reason === undefined) continue;
      if (above === undefined) told.set('', { why: reason, evidence: [evidence] });
      else above.evidence.push(evidence);
    }
    for (const [name, { why, evidence }] of told) {
      const [first, ...rest] = evidence;
      if (first === undefined) continue;
      const stored = [why, ...evidence.map(({ text }) => text)].some((text) => /storedVersions\[/.test(text));
      yield {
        subject: { kind: 'CustomResourceDefinition', name: name === '' ? 'a definition' : name },
        message: `The API server refuses CustomResourceDefinition ${name}: ${why.slice(0, 300)}`,
        evidence: [first, ...rest],
        ...(stored
          ? {
              fix: [
                'Write all objects anew in the new version (kube-storage-version-migrator, or kubectl get … -o json | kubectl replace -f -), then take the old version out of status.storedVersions (kubectl patch crd {name} --subresource=status); then upgrade',
              ],
            }
          : {}),
        params: { name: name === '' ? 'NAME' : name },
      };
    }
  },
});
