/** What a page of the DCGM exporter says of each card, in the words of nvidia-smi's record. */
import { defined } from '../../lib/defined.ts';
import type { Evidence, Gpu, MetricSample } from '../records.ts';

/** The families that are read, as DCGM names its fields [DCGM field identifiers; dcgm-exporter default-counters.csv]. */
export const DCGM_FAMILIES = [
  'DCGM_FI_DEV_XID_ERRORS',
  'DCGM_FI_DEV_GPU_TEMP',
  'DCGM_FI_DEV_POWER_USAGE',
  'DCGM_FI_DEV_GPU_UTIL',
  'DCGM_FI_DEV_ECC_DBE_VOL_TOTAL',
  'DCGM_FI_DEV_ECC_DBE_AGG_TOTAL',
  'DCGM_FI_DEV_RETIRED_PENDING',
  'DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS',
  'DCGM_FI_DEV_ROW_REMAP_PENDING',
  'DCGM_FI_DEV_ROW_REMAP_FAILURE',
  'DCGM_FI_DEV_CLOCK_THROTTLE_REASONS',
  'DCGM_FI_DEV_CLOCKS_EVENT_REASONS',
] as const;

/** Bits of the reasons for lower clocks [nvml.h], under nvidia-smi's names. */
const REASONS: readonly (readonly [bit: number, name: string])[] = [
  [0x1, 'gpu_idle'],
  [0x2, 'applications_clocks_setting'],
  [0x4, 'sw_power_cap'],
  [0x8, 'hw_slowdown'],
  [0x10, 'sync_boost'],
  [0x20, 'sw_thermal_slowdown'],
  [0x40, 'hw_thermal_slowdown'],
  [0x80, 'hw_power_brake_slowdown'],
];
/** Without NODE_NAME the exporter's own pod stands there. */
const OF_POD = /dcgm-exporter/;

/** The cards of a page in order of appearance, each with the sample that tells most. */
export function dcgmGpus(families: ReadonlyMap<string, readonly MetricSample[]>, file: string): readonly Gpu[] {
  const quoteOf = ({ line, text }: MetricSample): Evidence => ({ file, line, text });
  const cards = new Map<string, Map<string, MetricSample>>();
  for (const family of DCGM_FAMILIES)
    for (const sample of families.get(family) ?? []) {
      const { UUID, gpu = '' } = sample.labels;
      const card = UUID ?? gpu;
      const fields = cards.get(card) ?? new Map<string, MetricSample>();
      // An instance of MIG repeats what its card says.
      if (!fields.has(family)) fields.set(family, sample);
      cards.set(card, fields);
    }
  return [...cards.values()].flatMap((fields) => {
    const value = (family: (typeof DCGM_FAMILIES)[number]): number | undefined => fields.get(family)?.value;
    const is = (family: (typeof DCGM_FAMILIES)[number]): boolean | undefined => {
      const number = value(family);
      return number === undefined ? undefined : number > 0;
    };
    // The first that is not zero, of those that only trouble makes so; else whatever the page has.
    const loud = [...fields].find(([family, { value: number }]) => number > 0 && /DBE|REMAP|RETIRED/.test(family));
    const sample = loud?.[1] ?? fields.values().next().value;
    if (sample === undefined) return [];
    const bits = value('DCGM_FI_DEV_CLOCKS_EVENT_REASONS') ?? value('DCGM_FI_DEV_CLOCK_THROTTLE_REASONS');
    const xid = fields.get('DCGM_FI_DEV_XID_ERRORS');
    const index = Number(sample.labels['gpu']);
    const host = sample.labels['Hostname'];
    return [
      {
        source: quoteOf(sample),
        ...(host === undefined || host === '' || OF_POD.test(host) ? {} : { node: host }),
        ...defined({
          index: Number.isInteger(index) ? index : undefined,
          name: sample.labels['modelName'],
          uuid: sample.labels['UUID'],
          busId: sample.labels['pci_bus_id'],
          driverVersion: sample.labels['DCGM_FI_DRIVER_VERSION'],
          temperatureC: value('DCGM_FI_DEV_GPU_TEMP'),
          powerW: value('DCGM_FI_DEV_POWER_USAGE'),
          utilizationPercent: value('DCGM_FI_DEV_GPU_UTIL'),
          eccUncorrected: value('DCGM_FI_DEV_ECC_DBE_VOL_TOTAL'),
          eccUncorrectedAggregate: value('DCGM_FI_DEV_ECC_DBE_AGG_TOTAL'),
          retiredPagesPending: is('DCGM_FI_DEV_RETIRED_PENDING'),
          remappedRowsUncorrectable: value('DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS'),
          remappedRowsPending: is('DCGM_FI_DEV_ROW_REMAP_PENDING'),
          remappedRowsFailed: is('DCGM_FI_DEV_ROW_REMAP_FAILURE'),
          throttleReasons:
            bits === undefined ? undefined : REASONS.flatMap(([bit, name]) => ((bits & bit) === 0 ? [] : [name])),
          lastXid: xid === undefined || xid.value === 0 ? undefined : { xid: xid.value, source: quoteOf(xid) },
        }),
      },
    ];
  });
}
