/**
 * Route tables of application gateways: which path goes to which backend. Read from what a bundle has of them: Ingress
 * objects, and the configuration texts in ConfigMaps (Spring Cloud Gateway, nginx, Envoy).
 */
import { pointerTo } from '../../lib/json-pointer.ts';
import { parseHostPort, type HostPort } from '../../lib/host-port.ts';
import { oncePer } from '../../lib/once-per.ts';
import type { Evidence } from '../../parsers/records.ts';
import type { AnyObject } from '../kinds/index.ts';
import type { Snapshot } from '../snapshot.ts';

export interface Route {
  /** `/api/v1/orders/**`. */
  readonly path: string;
  /** What the table calls the route, where it gives names. */
  readonly id?: string;
  readonly backend: HostPort;
  /** The table that the route is a line of: routes are compared with their siblings. */
  readonly table: AnyObject;
  readonly evidence: Evidence;
  readonly language: 'spring' | 'nginx' | 'envoy' | 'ingress';
}

type Found = Pick<Route, 'path' | 'id' | 'backend' | 'language'> & { readonly text: string };

/** Spring Cloud Gateway: `uri: lb://orders` with `- Path=/orders/**` in the same list entry, in either order. */
function spring(lines: readonly string[]): readonly Found[] {
  const out: Found[] = [];
  let uri: string | undefined;
  let id: string | undefined;
  let paths: string[] = [];
  const flush = (): void => {
    const backend = uri === undefined ? undefined : parseHostPort(uri);
    if (backend !== undefined)
      for (const path of paths)
        out.push({
          path,
          ...(id === undefined ? {} : { id }),
          backend,
          language: 'spring',
          text: `uri: ${uri ?? ''} … Path=${path}`,
        });
    uri = undefined;
    id = undefined;
    paths = [];
  };
  for (const line of lines) {
    // A route begins with its id, or with its uri when it has none.
    if (/^\s*- (?:id|uri):/.test(line)) flush();
    const name = /^\s*(?:- )?id:\s*["']?([\w.-]{1,100})/.exec(line)?.[1];
    if (name !== undefined) id = name;
    const target = /^\s*(?:- )?uri:\s*["']?([^\s"'#]{1,300})/.exec(line)?.[1];
    if (target !== undefined) uri = target;
    const predicate = /^\s*- ["']?Path=([^\s"'#]{1,300})/.exec(line)?.[1];
    if (predicate !== undefined) paths.push(...predicate.split(','));
  }
  flush();
  return out;
}

/** nginx: `location /orders/ { … proxy_pass http://orders:8080; }`. */
function nginx(lines: readonly string[]): readonly Found[] {
  const out: Found[] = [];
  let path: string | undefined;
  for (const line of lines) {
    const location = /^\s*location\s+(?:(?:=|~\*?|\^~)\s+)?([^\s{]{1,300})/.exec(line)?.[1];
    if (location !== undefined) path = location;
    const target = /\bproxy_pass\s+([^\s;]{1,300})/.exec(line)?.[1];
    const backend = target === undefined || target.includes('$') ? undefined : parseHostPort(target);
    if (path !== undefined && backend !== undefined)
      out.push({ path, backend, language: 'nginx', text: `location ${path} … proxy_pass ${target ?? ''}` });
  }
  return out;
}

/** Envoy: `prefix: "/orders"` followed by `cluster: orders`. */
function envoy(lines: readonly string[]): readonly Found[] {
  const out: Found[] = [];
  let path: string | undefined;
  for (const line of lines) {
    const prefix = /\bprefix:\s*["']?(\/[^\s"'}]{0,300})/.exec(line)?.[1];
    if (prefix !== undefined) path = prefix;
    const cluster = /\bcluster:\s*["']?([a-z0-9._-]{1,200})/i.exec(line)?.[1];
    const backend = cluster === undefined ? undefined : parseHostPort(cluster);
    if (path !== undefined && backend !== undefined) {
      out.push({ path, backend, language: 'envoy', text: `prefix ${path} … cluster ${cluster ?? ''}` });
      path = undefined;
    }
  }
  return out;
}

/** A route table is text of this many lines at most; longer data is no configuration by hand. */
const LINES = 20_000;

export const routes = oncePer((snapshot: Snapshot): readonly Route[] => {
  const out: Route[] = [];
  for (const config of snapshot.list('configMaps'))
    for (const [key, text] of Object.entries(config.data ?? {})) {
      const read = text.includes('Path=')
        ? spring
        : text.includes('proxy_pass')
          ? nginx
          : text.includes('cluster:') && text.includes('prefix:')
            ? envoy
            : undefined;
      if (read === undefined) continue;
      const table = config;
      const place = snapshot.quote(table, pointerTo('data', key));
      for (const { text: words, ...route } of read(text.split('\n', LINES)))
        out.push({ ...route, table, evidence: { ...place, text: words } });
    }
  for (const ingress of snapshot.list('ingresses')) {
    const table = ingress;
    (ingress.spec?.rules ?? []).forEach((rule, i) =>
      (rule.http?.paths ?? []).forEach((path, j) => {
        const host = path.backend?.service?.name ?? path.backend?.serviceName;
        const port = path.backend?.service?.port?.number ?? path.backend?.servicePort;
        if (host === undefined || path.path === undefined) return;
        out.push({
          path: path.path,
          backend: { host, ...(typeof port === 'number' ? { port } : {}) },
          table,
          language: 'ingress',
          evidence: snapshot.quote(table, `/spec/rules/${i}/http/paths/${j}`),
        });
      }),
    );
  }
  return out;
});
