/**
 * `kubectl cluster-info dump` up to 1.13 prints kubectl's internal Go structs, whose fields have no JSON names:
 * `"Spec"`, `"PodIP"`, metadata flattened into the object, and every unset field as null, "" or 0.
 */
import { objectOf, type Fields } from '../../lib/untyped.ts';

/** The fields of ObjectMeta, the one struct inside that has JSON names: they stand beside `Spec` and `Status`. */
const METADATA = new Set([
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'initializers',
  'finalizers',
  'clusterName',
]);
/** Maps, whose keys are somebody's words and no field names; and what has JSON names already. */
const AS_IS = new Set([
  'labels',
  'annotations',
  'ownerReferences',
  'Selector',
  'LabelSelector',
  'NodeSelector',
  'Limits',
  'Requests',
  'Capacity',
  'Allocatable',
  'Hard',
  'Used',
  'Data',
  'BinaryData',
  'StringData',
  'Parameters',
  'Options',
]);
/** Fields that the API calls something else. */
const RENAMED: Readonly<Record<string, string>> = {
  LastTerminationState: 'lastState',
  ReportingController: 'reportingComponent',
  CephFS: 'cephfs',
  StorageOS: 'storageos',
};
/** Fields of the pod's own security context that the API has in its spec. */
const HOST_FIELDS = ['hostNetwork', 'hostPID', 'hostIPC'];

/** Go's name of a field as the API writes it: `PodIP` podIP, `DNSPolicy` dnsPolicy, `ExternalIPs` externalIPs, `UID` uid. */
function apiName(name: string): string {
  const renamed = RENAMED[name];
  if (renamed !== undefined) return renamed;
  const capitals = /^[A-Z]*/.exec(name)?.[0].length ?? 0;
  if (capitals === name.length) return name.toLowerCase();
  // The last capital of several begins the next word.
  const first = capitals > 1 ? capitals - 1 : capitals;
  return name.slice(0, first).toLowerCase() + name.slice(first);
}

/** What Go prints for a field that is not set; a count or an exit code of 0 is a value. */
function isUnset(name: string, value: unknown): boolean {
  return value === null || value === '' || (value === 0 && (name.endsWith('Port') || name === 'Signal'));
}

/** The object, or any part of one, in the API's field names; fields that are not set are left out. */
function apiNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(apiNames);
  const object = objectOf(value);
  if (object === undefined) return value;
  const fields: Record<string, unknown> = {};
  const metadata: Record<string, unknown> = {};
  // Only objects with metadata print a creation time, be it null.
  const flattened = Object.hasOwn(object, 'creationTimestamp');
  for (const [name, field] of Object.entries(object)) {
    if (isUnset(name, field)) continue;
    const kept = AS_IS.has(name) ? field : apiNames(field);
    if (flattened && METADATA.has(name)) metadata[name] = kept;
    else fields[apiName(name)] = kept;
  }
  const security = objectOf(fields['securityContext']);
  if (fields['containers'] !== undefined && security !== undefined)
    for (const name of HOST_FIELDS) if (security[name] === true) fields[name] = true;
  return flattened ? { metadata, ...fields } : fields;
}

/** The kind of a list in Go's names: the last word of its selfLink, `/api/v1/namespaces/shop/pods`. */
export function goListLink(list: Fields): string | undefined {
  const link = list['selfLink'];
  return typeof link === 'string' ? link.split('/').at(-1) : undefined;
}

/** An object in Go's names as the API writes it; any other value unchanged. */
export function fromGoNames(value: unknown): unknown {
  const object = objectOf(value);
  if (object === undefined || object['metadata'] !== undefined) return value;
  // Programs that print a struct of their own do not flatten it.
  const { TypeMeta: type, ObjectMeta: metadata, ...rest } = object;
  if (metadata !== undefined) {
    const { Kind: kind, APIVersion: apiVersion } = objectOf(type) ?? {};
    return {
      ...(kind === undefined ? {} : { kind }),
      ...(apiVersion === undefined ? {} : { apiVersion }),
      metadata,
      ...(apiNames(rest) as object),
    };
  }
  return Object.hasOwn(object, 'creationTimestamp') ? apiNames(object) : value;
}
