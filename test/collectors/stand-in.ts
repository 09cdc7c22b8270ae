/**
 * A read-only stand-in for the Kubernetes API over a list of objects and some texts, enough for a real kubectl: discovery,
 * lists (chunked with `limit` and `continue`), single objects, logs, and raw paths. HTTP on loopback, no authentication.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ApiObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export interface StandIn {
  readonly url: string;
  /** Paths with their queries, in the order in which they were asked. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export interface StandInOptions {
  readonly objects: readonly ApiObject[];
  /** `namespace/pod/container` (and `…/previous`) → log. */
  readonly logs?: Readonly<Record<string, string>>;
  /** Path without its query → body: `/readyz`, `/metrics`. */
  readonly raw?: Readonly<Record<string, string>>;
  /** Plural names that are refused. */
  readonly forbidden?: readonly string[];
}

/** groupVersion → plural → [kind, namespaced]. What a cluster without add-ons offers, as far as the collector asks. */
const RESOURCES: Readonly<Record<string, Readonly<Record<string, readonly [kind: string, namespaced: boolean]>>>> = {
  v1: {
    pods: ['Pod', true],
    events: ['Event', true],
    services: ['Service', true],
    endpoints: ['Endpoints', true],
    configmaps: ['ConfigMap', true],
    secrets: ['Secret', true],
    serviceaccounts: ['ServiceAccount', true],
    resourcequotas: ['ResourceQuota', true],
    limitranges: ['LimitRange', true],
    persistentvolumeclaims: ['PersistentVolumeClaim', true],
    persistentvolumes: ['PersistentVolume', false],
    nodes: ['Node', false],
    namespaces: ['Namespace', false],
  },
  'apps/v1': {
    deployments: ['Deployment', true],
    replicasets: ['ReplicaSet', true],
    statefulsets: ['StatefulSet', true],
    daemonsets: ['DaemonSet', true],
  },
  'networking.k8s.io/v1': {
    networkpolicies: ['NetworkPolicy', true],
    ingresses: ['Ingress', true],
    ingressclasses: ['IngressClass', false],
  },
  'storage.k8s.io/v1': { storageclasses: ['StorageClass', false] },
};

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' })
    .end(text);
}

function fail(response: ServerResponse, code: number, reason: string, message: string): void {
  send(response, code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code, reason, message });
}

/** The discovery document of a path, or undefined. */
function discovery(path: string): unknown {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (path === '/apis') {
    const groups = Object.keys(RESOURCES).filter((groupVersion) => groupVersion.includes('/'));
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: groups.map((groupVersion) => {
        const [name, version] = groupVersion.split('/');
        return { name, versions: [{ groupVersion, version }], preferredVersion: { groupVersion, version } };
      }),
    };
  }
  const groupVersion = path.replace(/^\/apis?\//, '');
  const resources = RESOURCES[groupVersion];
  if (resources === undefined) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: Object.entries(resources).map(([name, [kind, namespaced]]) => ({
      name,
      kind,
      namespaced,
      singularName: kind.toLowerCase(),
      verbs: ['get', 'list'],
    })),
  };
}

/** Starts the stand-in on a free port of loopback. */
export async function standIn(options: StandInOptions): Promise<StandIn> {
  const asked: string[] = [];
  const answer = (target: string, response: ServerResponse): void => {
    const url = new URL(target, 'http://stand-in');
    const path = url.pathname.replace(/\/$/, '');
    const raw = options.raw?.[path];
    if (raw !== undefined) return send(response, 200, raw);
    if (path === '/version') return send(response, 200, { major: '1', minor: '31', gitVersion: 'v1.31.4' });
    const document = discovery(path);
    if (document !== undefined) return send(response, 200, document);

    const match =
      /^\/(?:api|apis)\/((?:[a-z0-9.]+\/)?v1)\/(?:namespaces\/([^/]+)\/)?([a-z]+)(?:\/([^/]+))?(\/log)?$/.exec(path);
    const [, groupVersion = '', namespace, plural = '', name, log] = match ?? [];
    const [kind] = RESOURCES[groupVersion]?.[plural] ?? [];
    if (kind === undefined) return fail(response, 404, 'NotFound', 'the server could not find the requested resource');
    if (options.forbidden?.includes(plural) === true)
      return fail(
        response,
        403,
        'Forbidden',
        `${plural} is forbidden: User "collector" cannot list resource "${plural}"`,
      );
    if (log !== undefined) {
      const previous = url.searchParams.get('previous') === 'true' ? '/previous' : '';
      const text = options.logs?.[`${namespace}/${name}/${url.searchParams.get('container')}${previous}`];
      return text === undefined ? fail(response, 400, 'BadRequest', 'no such log') : send(response, 200, text);
    }
    const found = options.objects.filter(
      (object) =>
        object.kind === kind &&
        (namespace === undefined || object.metadata.namespace === namespace) &&
        (name === undefined || object.metadata.name === name),
    );
    if (name !== undefined)
      return found[0] === undefined
        ? fail(response, 404, 'NotFound', `${plural} "${name}" not found`)
        : send(response, 200, found[0]);
    const selected = found.filter((object) => {
      const type = /^type=(.+)$/.exec(url.searchParams.get('fieldSelector') ?? '')?.[1];
      return type === undefined || (object as { type?: string }).type === type;
    });
    const from = Number(url.searchParams.get('continue') ?? 0);
    const limit = Number(url.searchParams.get('limit') ?? 0) || selected.length;
    const next = from + limit < selected.length ? { continue: String(from + limit) } : {};
    send(response, 200, {
      kind: `${kind}List`,
      apiVersion: groupVersion,
      metadata: { resourceVersion: '1', ...next },
      items: selected.slice(from, from + limit),
    });
  };
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.method === 'GET') answer(request.url ?? '/', response);
    else fail(response, 405, 'MethodNotAllowed', 'read-only');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
