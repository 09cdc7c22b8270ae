/** From nvidia-smi's fields, under the names of -q, -x or --query-gpu, to one record. */
import { defined } from '../../lib/defined.ts';
import type { Gpu } from '../records.ts';

/** What a cell says when the card, not the query, is the trouble. `[N/A]`, `Not Supported` and the like are none. */
export const GPU_FAULT = /ERR!|Unknown Error|GPU is lost|GPU requires reset|Fallen off the bus/i;

/** The first of several names that the card has; names are paths with `/`. */
export type Lookup = (...names: readonly string[]) => string | undefined;

const NO_VALUE =
  /^(?:\[?N\/A\]?|\[?(?:Not Supported|Requested functionality has been deprecated|Insufficient Permissions)\]?|None|)$/i;

/** `71322 MiB`, `58 C`, `688.20 W`, `96 %`, `16x`. */
export function numberOf(text: string | undefined): number | undefined {
  const match = /^(-?\d{1,12}(?:\.\d{1,6})?)\s*(?:MiB|C|W|%|x|)$/.exec(text?.trim() ?? '');
  return match === null ? undefined : Number(match[1]);
}

const yes = (text: string | undefined): boolean | undefined =>
  text === undefined
    ? undefined
    : /^yes$/i.test(text) || text === '1'
      ? true
      : /^no$/i.test(text) || text === '0'
        ? false
        : undefined;

/** Sum over the memories that count uncorrectable errors; undefined when none is reported. */
function eccSum(get: Lookup, scope: 'Volatile' | 'Aggregate'): number | undefined {
  const low = scope.toLowerCase();
  const total = numberOf(
    get(
      `ECC Errors/${scope}/Double Bit/Total`,
      `ecc_errors/${low}/double_bit/total`,
      `ecc.errors.uncorrected.${low}.total`,
    ),
  );
  if (total !== undefined) return total;
  const parts = [
    get(`ECC Errors/${scope}/SRAM Uncorrectable`, `ecc_errors/${low}/sram_uncorrectable`),
    get(`ECC Errors/${scope}/SRAM Uncorrectable Parity`, `ecc_errors/${low}/sram_uncorrectable_parity`),
    get(`ECC Errors/${scope}/SRAM Uncorrectable SEC-DED`, `ecc_errors/${low}/sram_uncorrectable_secded`),
    get(`ECC Errors/${scope}/DRAM Uncorrectable`, `ecc_errors/${low}/dram_uncorrectable`),
  ].flatMap((part) => numberOf(part) ?? []);
  return parts.length === 0 ? undefined : parts.reduce((sum, part) => sum + part, 0);
}

/** All fields of a record but its place. */
export function gpuFields(raw: Lookup): Omit<Gpu, 'source' | 'node'> {
  const get: Lookup = (...names) => {
    for (const name of names) {
      const value = raw(name);
      if (value !== undefined && !NO_VALUE.test(value.trim())) return value.trim();
    }
    return undefined;
  };
  const current = numberOf(
    get(
      'PCI/GPU Link Info/Link Width/Current',
      'pci/pci_gpu_link_info/link_widths/current_link_width',
      'pcie.link.width.current',
    ),
  );
  const max = numberOf(
    get('PCI/GPU Link Info/Link Width/Max', 'pci/pci_gpu_link_info/link_widths/max_link_width', 'pcie.link.width.max'),
  );
  return defined({
    index: numberOf(get('index')),
    name: get('Product Name', 'product_name', 'name'),
    uuid: get('GPU UUID', 'uuid'),
    busId: get('PCI/Bus Id', 'pci/pci_bus_id', 'pci.bus_id', 'id'),
    driverVersion: get('Driver Version', 'driver_version'),
    cudaVersion: get('CUDA Version', 'cuda_version'),
    temperatureC: numberOf(get('Temperature/GPU Current Temp', 'temperature/gpu_temp', 'temperature.gpu')),
    powerW: numberOf(
      get(
        'GPU Power Readings/Instantaneous Power Draw',
        'GPU Power Readings/Power Draw',
        'GPU Power Readings/Average Power Draw',
        'Power Readings/Power Draw',
        'gpu_power_readings/instant_power_draw',
        'gpu_power_readings/power_draw',
        'gpu_power_readings/average_power_draw',
        'power_readings/power_draw',
        'power.draw',
      ),
    ),
    powerLimitW: numberOf(
      get(
        'GPU Power Readings/Current Power Limit',
        'Power Readings/Power Limit',
        'gpu_power_readings/current_power_limit',
        'power_readings/power_limit',
        'power.limit',
      ),
    ),
    powerDefaultLimitW: numberOf(
      get(
        'GPU Power Readings/Default Power Limit',
        'Power Readings/Default Power Limit',
        'gpu_power_readings/default_power_limit',
        'power_readings/default_power_limit',
        'power.default_limit',
      ),
    ),
    memoryUsedMiB: numberOf(get('FB Memory Usage/Used', 'fb_memory_usage/used', 'memory.used')),
    memoryTotalMiB: numberOf(get('FB Memory Usage/Total', 'fb_memory_usage/total', 'memory.total')),
    utilizationPercent: numberOf(get('Utilization/GPU', 'Utilization/Gpu', 'utilization/gpu_util', 'utilization.gpu')),
    pstate: get('Performance State', 'performance_state', 'pstate'),
    computeMode: get('Compute Mode', 'compute_mode'),
    migMode: get('MIG Mode/Current', 'mig_mode/current_mig', 'mig.mode.current'),
    eccMode: get('ECC Mode/Current', 'Ecc Mode/Current', 'ecc_mode/current_ecc', 'ecc.mode.current'),
    eccModePending: get('ECC Mode/Pending', 'Ecc Mode/Pending', 'ecc_mode/pending_ecc', 'ecc.mode.pending'),
    eccUncorrected: eccSum(get, 'Volatile'),
    eccUncorrectedAggregate: eccSum(get, 'Aggregate'),
    retiredPagesPending: yes(
      get(
        'Retired Pages/Pending Page Blacklist',
        'Retired Pages/Pending',
        'retired_pages/pending_blacklist',
        'retired_pages/pending_retirement',
        'retired_pages.pending',
      ),
    ),
    remappedRowsUncorrectable: numberOf(
      get('Remapped Rows/Uncorrectable Error', 'remapped_rows/remapped_row_unc', 'remapped_rows.uncorrectable'),
    ),
    remappedRowsPending: yes(
      get('Remapped Rows/Pending', 'remapped_rows/remapped_row_pending', 'remapped_rows.pending'),
    ),
    remappedRowsFailed: yes(
      get('Remapped Rows/Remapping Failure Occurred', 'remapped_rows/remapped_row_failure', 'remapped_rows.failure'),
    ),
    recoveryAction: get('GPU Recovery Action', 'gpu_recovery_action'),
    fabricState: get('Fabric/State', 'fabric/state', 'fabric.state'),
    fabricStatus: get('Fabric/Status', 'fabric/status', 'fabric.status'),
    pcieLinkWidth: current === undefined && max === undefined ? undefined : defined({ current, max }),
  });
}

/** `HW Thermal Slowdown` and `clocks_event_reason_hw_thermal_slowdown` are one reason: `hw_thermal_slowdown`. */
export function throttleName(label: string): string {
  const name = label
    .toLowerCase()
    .replaceAll(' ', '_')
    .replace(/^clocks_(?:event|throttle)_reason_/, '');
  return name === 'idle' ? 'gpu_idle' : name;
}
