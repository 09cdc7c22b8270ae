/** Custom resources whose tables have a column READY, or of packages HEALTHY, that is a condition. */
import { CUSTOM_KINDS } from '../custom-kinds.ts';
import { ageIn, YOUNG, type Cell, type ResourceTable, type Verdict } from './verdict.ts';

function ready(cell: Cell): Verdict | undefined {
  const type = cell('READY') === undefined ? 'Healthy' : 'Ready';
  // Cells of a table that lost its widths may have a word of their neighbour.
  const status = /(?:^|\s)(True|False|Unknown)(?=\s|$)/.exec(cell(type.toUpperCase()) ?? '')?.[1];
  if (status === undefined) return undefined;
  const said = cell('MESSAGE') ?? cell('STATUS');
  // One word is a reason, more are a message.
  const reason = cell('REASON') ?? (said !== undefined && /^\w+$/.test(said) ? said : undefined);
  const message = said === reason ? undefined : said;
  if (status === 'False' && reason === undefined && message === undefined && ageIn(cell) < YOUNG) return undefined;
  return { condition: { type, well: status === 'Unknown' ? undefined : status === 'True', reason, message } };
}

/** Columns beside READY, and the kind that has them when no word names it. */
export const READY_TABLES: readonly ResourceTable[] = (
  [
    [/\bREFRESH INTERVAL\b.*\sREADY\b/, 'ExternalSecret', 'external-secrets.io/v1'],
    [/\bCAPABILITIES\s+READY\b/, 'SecretStore', 'external-secrets.io/v1'],
    [/\sREADY\s.*\bREQUESTOR\b/, 'CertificateRequest', 'cert-manager.io/v1'],
    [/^NAME\s+READY\s+SECRET\b/, 'Certificate', 'cert-manager.io/v1'],
    [
      /^NAME\s+(?:URL\s+)?AGE\s+READY\s+STATUS\b|\bREVISION\s+SUSPENDED\s+READY\s+MESSAGE\b|\bREADY\s+MESSAGE\s+REVISION\s+SUSPENDED\b/,
      'Flux resource',
      'toolkit.fluxcd.io/v1',
    ],
    [/\bLATESTREADY\s.*\bREADY\b/, 'Service.serving.knative.dev', 'serving.knative.dev/v1'],
    [/\bSYNCED\s+READY\b/, 'Crossplane resource', 'crossplane.io/v1'],
    [/\bINSTALLED\s+HEALTHY\s+PACKAGE\b/, 'Provider', 'pkg.crossplane.io/v1'],
    [/\bHEALTHY\s+REVISION\s+IMAGE\s+STATE\b/, 'ProviderRevision', 'pkg.crossplane.io/v1'],
    [/\bSCALETARGET(?:KIND|NAME)\b.*\sREADY\b/, 'ScaledObject', 'keda.sh/v1alpha1'],
    [/\bNODECLASS\s+NODES\s+READY\b/, 'NodePool', 'karpenter.sh/v1'],
    [/\bCAPACITY\s+ZONE\s+NODE\s+READY\b/, 'NodeClaim', 'karpenter.sh/v1'],
  ] as const
).map(([heading, kind, apiVersion]) => ({ heading, kind, apiVersion, named: CUSTOM_KINDS, judge: ready }));
