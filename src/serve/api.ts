/** The answers of a read-only API server: what kubectl asks of it, and no more. */
import type { Fields } from '../lib/untyped.ts';
import type { Contents } from './contents.ts';
import { discovery, resourcesFor, type Resource } from './resources.ts';
import { matchesFieldSelector, matchesLabelSelector } from './selectors.ts';
import { tableOf } from './table.ts';

export interface Answer {
  readonly status: number;
  readonly type: 'application/json' | 'text/plain';
  readonly body: string | AsyncIterable<Uint8Array>;
  /** What kubectl prints on standard error beside the answer. */
  readonly warning?: string;
}

const json = (status: number, body: unknown, warning?: string): Answer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(body),
  ...(warning === undefined ? {} : { warning }),
});
const text = (body: Answer['body']): Answer => ({ status: 200, type: 'text/plain', body });

function failure(code: number, reason: string, message: string): Answer {
  return json(code, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, code });
}

const PATH =
  /^\/(?:api|apis)\/((?:[a-z0-9.-]+\/)?v\w+)\/(?:namespaces\/([^/]+)\/)?([a-z0-9.]+)(?:\/([^/]+))?(?:\/(log))?$/;

/** A pure function of the contents and the request. */
export function createApi(contents: Contents): (target: string, accept: string) => Answer {
  const resources = resourcesFor(contents.objects);
  const byPath = new Map(resources.map((resource) => [`${resource.groupVersion}/${resource.plural}`, resource]));

  const select = (resource: Resource, namespace: string | undefined, query: URLSearchParams): readonly Fields[] => {
    const labels = query.get('labelSelector') ?? '';
    const fields = query.get('fieldSelector') ?? '';
    return (contents.objects.get(resource.kind) ?? []).filter((object) => {
      const meta = object['metadata'] as { namespace?: string; labels?: Record<string, string> } | undefined;
      if (namespace !== undefined && meta?.namespace !== namespace) return false;
      return (
        (labels === '' || matchesLabelSelector(labels, meta?.labels)) &&
        (fields === '' || matchesFieldSelector(fields, object))
      );
    });
  };

  const list = (
    resource: Resource,
    namespace: string | undefined,
    query: URLSearchParams,
    asTable: boolean,
  ): Answer => {
    const { kind, plural, groupVersion } = resource;
    const listed = contents.listed(kind, namespace);
    if (listed === undefined)
      return failure(403, 'Forbidden', `${plural} is forbidden: the bundle does not say which ${plural} there are`);
    const warning = listed ? undefined : `the bundle does not say that these are all ${plural}`;
    const found = select(resource, namespace, query);
    // The snapshot never changes: there is nothing to wait for.
    if (query.get('watch') === 'true' || query.get('watch') === '1')
      return { status: 200, type: 'application/json', body: '' };
    const from = Number(query.get('continue') ?? 0) || 0;
    const limit = Number(query.get('limit') ?? 0) || found.length;
    const next = from + limit < found.length ? { continue: String(from + limit) } : {};
    const metadata = { resourceVersion: '1', ...next };
    const items = found.slice(from, from + limit);
    if (asTable) return json(200, tableOf(kind, items, contents.now, metadata), warning);
    const own = kind.replace(/\..*$/, '');
    return json(200, { kind: `${own}List`, apiVersion: groupVersion, metadata, items }, warning);
  };

  const log = (namespace: string, pod: string, query: URLSearchParams): Answer => {
    const container = query.get('container') ?? undefined;
    const previous = query.get('previous') === 'true';
    const bytes = contents.log({ namespace, pod, container, previous });
    if (bytes === undefined) {
      const which = `${previous ? 'previous terminated ' : ''}container ${JSON.stringify(container ?? '')} in pod ${JSON.stringify(pod)}`;
      return failure(400, 'BadRequest', `${which} has no log in the bundle`);
    }
    const tail = query.get('tailLines');
    return text(tail === null ? bytes : lastLines(bytes, Number(tail)));
  };

  return (target, accept) => {
    const url = new URL(target, 'http://bundle');
    const path = url.pathname.replace(/\/$/, '');
    const raw = contents.raw(path);
    if (raw !== undefined) return text(raw);
    if (path === '/version') {
      const [, major = '0', minor = '0'] = /^v(\d+)\.(\d+)/.exec(contents.version) ?? [];
      return json(200, { major, minor, gitVersion: contents.version });
    }
    const document = discovery(path, resources);
    if (document !== undefined) return json(200, document);
    const [, groupVersion = '', space, plural = '', name, part] = PATH.exec(path) ?? [];
    const resource = byPath.get(`${groupVersion}/${plural}`);
    if (resource === undefined) return failure(404, 'NotFound', 'the server could not find the requested resource');
    const namespace = space === undefined ? undefined : decodeURIComponent(space);
    const one = name === undefined ? undefined : decodeURIComponent(name);
    if (part !== undefined && resource.kind === 'Pod') return log(namespace ?? 'default', one ?? '', url.searchParams);
    const asTable = accept.includes('as=Table');
    if (one === undefined) return list(resource, namespace, url.searchParams, asTable);
    const found = select(resource, namespace, new URLSearchParams({ fieldSelector: `metadata.name=${one}` }))[0];
    if (found === undefined) return failure(404, 'NotFound', `${plural} ${JSON.stringify(one)} not found`);
    return json(200, asTable ? tableOf(resource.kind, [found], contents.now, {}) : found);
  };
}

/** The last lines of a text, in memory that the lines need. */
async function* lastLines(chunks: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  if (!(count > 0)) return;
  let lines: string[] = [];
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + Buffer.from(chunk).toString('latin1')).split('\n');
    rest = parts.pop() ?? '';
    lines = [...lines, ...parts].slice(-count);
  }
  if (rest !== '') lines = [...lines, rest].slice(-count);
  yield Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1');
}
