import { defined } from '../../lib/defined.ts';
import { parseDuration } from '../../lib/duration.ts';
import { readHeader, readRow, type Header } from '../../lib/table.ts';
import { defineParser, type ParserContext } from '../parser.ts';
import { factBase } from '../quote.ts';
import { CUSTOM_KINDS } from './custom-kinds.ts';
import { kubectlRequest, namespaceOf } from './request.ts';

/** Columns that controllers print beside READY, and the kind that has them when nothing names it. */
const KINDS: readonly (readonly [RegExp, string, string])[] = [
  [/\bREFRESH INTERVAL\b/, 'ExternalSecret', 'external-secrets.io/v1'],
  [/\bCAPABILITIES\b/, 'SecretStore', 'external-secrets.io/v1'],
  [/\bREQUESTOR\b/, 'CertificateRequest', 'cert-manager.io/v1'],
  [/^(?:NAMESPACE\s+)?NAME\s+READY\s+SECRET\b/, 'Certificate', 'cert-manager.io/v1'],
  [
    /^(?:NAMESPACE\s+)?NAME\s+(?:URL\s+)?AGE\s+READY\s+STATUS\b|\bREVISION\s+SUSPENDED\s+READY\s+MESSAGE\b|\bREADY\s+MESSAGE\s+REVISION\s+SUSPENDED\b/,
    'Flux resource',
    'toolkit.fluxcd.io/v1',
  ],
  [/\bLATESTREADY\b/, 'Service.serving.knative.dev', 'serving.knative.dev/v1'],
  [/\bSYNCED\s+READY\b/, 'Crossplane resource', 'crossplane.io/v1'],
  [/\bINSTALLED\s+HEALTHY\s+PACKAGE\b/, 'Provider', 'pkg.crossplane.io/v1'],
  [/\bHEALTHY\s+REVISION\s+IMAGE\s+STATE\b/, 'ProviderRevision', 'pkg.crossplane.io/v1'],
  [/\bSCALETARGET(?:KIND|NAME)\b/, 'ScaledObject', 'keda.sh/v1alpha1'],
  [/\bNODECLASS\s+NODES\s+READY\b/, 'NodePool', 'karpenter.sh/v1'],
  [/\bCAPACITY\s+ZONE\s+NODE\s+READY\b/, 'NodeClaim', 'karpenter.sh/v1'],
];
/** Tables that say how far an object is: PHASE or STATE, and what they are of. */
const PHASED: readonly (readonly [RegExp, string, string])[] = [
  [/^NAME\s+DISPLAY\s+VERSION\s.*\bPHASE\b/, 'ClusterServiceVersion', 'operators.coreos.com/v1alpha1'],
  [/\bPHASE\s+LAST VALIDATED\b/, 'BackupStorageLocation', 'velero.io/v1'],
  [/\bCLUSTER\s+(?:NODENAME|NODE NAME)\s.*\bPHASE\b/, 'Machine', 'cluster.x-k8s.io/v1beta1'],
  [/^NAME\s+PHASE\s+TYPE\s+REGION\b/, 'Machine', 'machine.openshift.io/v1beta1'],
  [/^NAME\s+(?:STATUS\s+)?STATE\s+CONSUMER\b/, 'BareMetalHost', 'metal3.io/v1alpha1'],
  [/\bMONCOUNT\b.*\bPHASE\s+MESSAGE\b/, 'CephCluster', 'ceph.rook.io/v1'],
];
const PHRASES = ['LAST VALIDATED', 'NODE NAME', 'ACCESS MODE', 'REFRESH INTERVAL', 'TLS SECRET', 'STATUS DESCRIPTION'];
/** Contour's HTTPProxy says valid, invalid or orphaned, and why. */
const HTTP_PROXY = /^(?:NAMESPACE\s+)?NAME\s+FQDN\s+TLS SECRET\s+STATUS\s+STATUS DESCRIPTION\b/;
/** Seconds within which a controller may still be at work on a new object. */
const YOUNG = 300;

const withoutNamespace = (line: string): string => line.replace(/^NAMESPACE\s+/, '');
const phasedOf = (line: string): (typeof PHASED)[number] | undefined =>
  PHASED.find(([pattern]) => pattern.test(withoutNamespace(line)));

const isHeader = (line: string): boolean =>
  HTTP_PROXY.test(line) ||
  phasedOf(line) !== undefined ||
  (/^(?:NAMESPACE\s+)?NAME\s/.test(line) &&
    /\s(?:READY|HEALTHY)(?:\s|$)/.test(line) &&
    KINDS.some(([pattern]) => pattern.test(line.trimEnd())));

function kindOf(header: string, resource: string | undefined): readonly [string, string] {
  const named = resource === undefined ? undefined : CUSTOM_KINDS.find(([pattern]) => pattern.test(resource));
  const shown = named ?? KINDS.find(([pattern]) => pattern.test(header));
  return [shown?.[1] ?? 'Custom resource', shown?.[2] ?? ''];
}

function readHttpProxy(
  cell: (name: string) => string | undefined,
  line: string,
  index: number,
  { origin, emit }: ParserContext,
): boolean {
  const [name, state] = [cell('NAME'), cell('STATUS')];
  if (name === undefined) return false;
  const base = factBase(origin, index, line);
  emit.fact('customResources', {
    ...base,
    resourceKind: 'HTTPProxy',
    apiVersion: 'projectcontour.io/v1',
    name: name.slice(name.lastIndexOf('/') + 1),
    conditions: [],
    ...defined({
      state,
      message: cell('STATUS DESCRIPTION'),
      namespace: cell('NAMESPACE') ?? namespaceOf(origin),
    }),
  });
  return true;
}

function readRowOf(header: Header, title: string, line: string, index: number, context: ParserContext): boolean {
  const { origin, emit } = context;
  const cells = readRow(header, line);
  const cell = (name: string): string | undefined => {
    const text = cells?.[header.columns.findIndex((column) => column.name === name)];
    return text === undefined || text === '' || text === '<none>' ? undefined : text;
  };
  if (HTTP_PROXY.test(title)) return readHttpProxy(cell, line, index, context);
  const phased = phasedOf(title);
  if (phased !== undefined) {
    const [, kind, version] = phased;
    const name = cell('NAME');
    if (name === undefined) return false;
    emit.fact('customResources', {
      ...factBase(origin, index, line),
      resourceKind: kind,
      apiVersion: version,
      name,
      conditions: [],
      ...defined({
        state: cell('PHASE') ?? cell('STATE'),
        message: cell('MESSAGE') ?? cell('ERROR'),
        namespace: cell('NAMESPACE') ?? namespaceOf(origin),
      }),
    });
    return true;
  }
  const type = cell('READY') === undefined ? 'HEALTHY' : 'READY';
  const ready = /(?:^|\s)(True|False|Unknown)(?=\s|$)/.exec(cell(type) ?? '')?.[1];
  const full = cell('NAME');
  if (full === undefined || ready === undefined) return false;
  const slash = full.lastIndexOf('/');
  const request = kubectlRequest(origin.command);
  const resource = slash > 0 ? full.slice(0, slash) : request?.resources[0];
  const [resourceKind, apiVersion] = kindOf(title, resource);
  const said = cell('MESSAGE') ?? cell('STATUS');
  // One word is a reason, more are a message.
  const reason = cell('REASON') ?? (said !== undefined && /^\w+$/.test(said) ? said : undefined);
  const message = said === reason ? undefined : said;
  const age = parseDuration(cell('AGE') ?? '');
  if (ready === 'False' && reason === undefined && message === undefined && age !== undefined && age < YOUNG)
    return true;
  const base = factBase(origin, index, line);
  emit.fact('customResources', {
    ...base,
    resourceKind,
    name: slash > 0 ? full.slice(slash + 1) : full,
    conditions: [
      {
        source: base.source,
        type: type === 'READY' ? 'Ready' : 'Healthy',
        status: ready,
        ...defined({ reason, message }),
      },
    ],
    ...defined({
      apiVersion: apiVersion === '' ? undefined : apiVersion,
      namespace: cell('NAMESPACE') ?? namespaceOf(origin),
      store: cell('STORE'),
    }),
  });
  return true;
}

/**
 * Tables of custom resources that say whether they are ready (of packages of Crossplane: healthy): of External Secrets,
 * cert-manager, Flux, Knative, Crossplane, KEDA, Karpenter; of Contour's HTTPProxy, whether they are valid; of OLM, Cluster API, OpenShift's machines,
 * Velero's storage locations, Metal3 and Rook, how far they are.
 *
 * Command: `kubectl get externalsecrets -A`, `kubectl get certificates`, `flux get all`.
 * Versions: kubectl 1.16 to 1.36, which prints the columns that the definition names.
 * Sample:
 *
 *     NAMESPACE  NAME      STORE  REFRESH INTERVAL  STATUS             READY
 *     shop       web-keys  vault  1h                SecretSyncedError  False
 *
 * Empty: a heading without rows says that there are none.
 */
export default defineParser({
  kind: 'kubectl-custom-table',
  reads:
    'tables of custom resources with a column READY (External Secrets, cert-manager, Flux, Knative, Crossplane, KEDA, Karpenter)',
  // Before tables of any kind, which would take the command's word for it.
  priority: 2,
  sniff(head) {
    return head.slice(0, 10).some((line) => isHeader(line.trim()));
  },
  parse(lines, context) {
    let header: Header | undefined;
    let title = '';
    let strange = 0;
    let first = 0;
    lines.forEach((line, index) => {
      const text = line.trim();
      if (text === '') return;
      if (isHeader(text)) {
        header = readHeader(line.trimEnd(), PHRASES);
        title = text;
      } else if (header === undefined || !readRowOf(header, title, line, index, context)) {
        if (strange++ === 0) first = index;
      }
    });
    if (strange > 0)
      context.emit.unread(
        context.origin,
        strange === 1 ? '1 line is no row of a custom resource' : `${strange} lines are no rows of custom resources`,
        context.origin.firstLine + first,
      );
  },
});
