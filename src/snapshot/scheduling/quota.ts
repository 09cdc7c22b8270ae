/** ResourceQuotas: what is used of what, which kind of thing a quota counts, and what the refusal said. */
import { parseQuantity } from '../../lib/quantity.ts';
import type { ObjectOf } from '../kinds/index.ts';

export type ResourceQuota = ObjectOf<'resourceQuotas'>;

export interface QuotaUse {
  readonly resource: string;
  readonly used: number;
  readonly hard: number;
  readonly usedText: string;
  readonly hardText: string;
}

/** Every counted resource of a quota with both numbers known. */
export function quotaUses(quota: ResourceQuota): readonly QuotaUse[] {
  const hard = quota.status?.hard ?? quota.spec?.hard ?? {};
  return Object.entries(hard).flatMap(([resource, hardText]) => {
    const usedText = quota.status?.used?.[resource];
    const limit = parseQuantity(hardText);
    const used = parseQuantity(usedText ?? '');
    return usedText === undefined || limit === undefined || used === undefined
      ? []
      : [{ resource, used, hard: limit, usedText, hardText }];
  });
}

/** What is counted, in one word: `requests.cpu` and `limits.cpu` are cpu. */
export function quotaVariant(resource: string): string {
  if (/(?:^|\.)cpu$/.test(resource)) return 'cpu';
  if (/(?:^|\.)memory$/.test(resource)) return 'memory';
  if (/(?:^|\/)pods$/.test(resource)) return 'pods';
  if (/(?:^|\/)services(?:\.|$)/.test(resource)) return 'services';
  if (/storage$|persistentvolumeclaims$/.test(resource)) return 'storage';
  return resource.replace(/^(?:requests|limits|count)[./]/, '');
}

export interface QuotaRefusal {
  readonly quota: string;
  /** Per resource: what was asked, what was used, what is the limit. */
  readonly resources: readonly {
    readonly resource: string;
    readonly requested: string;
    readonly used: string;
    readonly limited: string;
  }[];
}

const pairs = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split(',')
      .map((part) => part.trim().split('='))
      .flatMap(([key, value]) => (key === undefined || value === undefined ? [] : [[key, value] as const])),
  );

/**
 * `exceeded quota: team, requested: limits.cpu=750m, used: limits.cpu=3500m, limited: limits.cpu=4`. The resources that
 * are really over come first (the message lists only those, but older servers listed all).
 */
export function parseQuotaRefusal(text: string): QuotaRefusal | undefined {
  const match =
    /[Ee]xceeded quota: ([^,\s]{1,253}), requested: ([^\n]{1,2000}?), used: ([^\n]{1,2000}?), limited: ([^\n]{1,2000})/.exec(
      text,
    );
  if (match === null) {
    const short = /[Ee]xceeded quota: ([^,\s]{1,253})/.exec(text)?.[1];
    return short === undefined ? undefined : { quota: short, resources: [] };
  }
  const [, quota = '', requested = '', used = '', limited = ''] = match;
  const have = pairs(used);
  const limits = pairs(limited);
  const resources = [...pairs(requested)].map(([resource, asked]) => ({
    resource,
    requested: asked,
    used: have.get(resource) ?? '',
    limited: (limits.get(resource) ?? '').replace(/[.\s].*$/s, (rest) => (/^\.\d/.test(rest) ? rest : '')),
  }));
  const over = (one: (typeof resources)[number]): boolean =>
    (parseQuantity(one.used) ?? 0) + (parseQuantity(one.requested) ?? 0) > (parseQuantity(one.limited) ?? Infinity);
  return { quota, resources: [...resources.filter(over), ...resources.filter((one) => !over(one))] };
}
