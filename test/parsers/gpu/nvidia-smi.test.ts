import { expect, test } from 'vitest';
import parser from '../../../src/parsers/gpu/nvidia-smi.ts';
import { collect, sniffs } from '../collect.ts';

const TABLE = `Tue Dec 16 05:42:41 2025
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 550.90.07              Driver Version: 550.90.07      CUDA Version: 12.4     |
|-----------------------------------------+------------------------+----------------------+
| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |
| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |
|                                         |                        |               MIG M. |
|=========================================+========================+======================|
|   0  NVIDIA A100-SXM4-80GB          On  |   00000000:18:00.0 Off |                    2 |
| N/A   58C    P0            388W /  400W |   71322MiB /  81920MiB |     96%      Default |
|                                         |                        |              Enabled |
+-----------------------------------------+------------------------+----------------------+
|   1  NVIDIA A100-SXM4-80GB          On  |   00000000:2A:00.0 Off |                 ERR! |
|ERR!  ERR! ERR!             N/A / ERR!   |  GPU is lost           |    ERR!         ERR! |
+-----------------------------------------+------------------------+----------------------+
| MIG devices:                                                                            |
|  0    2   0   0  |              26MiB / 40448MiB    | 60      0 |  3   0    3    0    3 |
+-----------------------------------------------------------------------------------------+
| Processes:                                                                              |
|  GPU   GI   CI        PID   Type   Process name                              GPU Memory |
|=========================================================================================|
|    0   N/A  N/A     48112      C   /usr/bin/python3                            71300MiB |
+-----------------------------------------------------------------------------------------+`;

test('the table: cards, MIG, processes, a card that is lost', async () => {
  expect(sniffs(parser, TABLE)).toBe(true);
  const { facts } = await collect(parser, TABLE, { node: 'g1' });
  expect(facts.gpus).toMatchObject([
    {
      node: 'g1',
      index: 0,
      name: 'NVIDIA A100-SXM4-80GB',
      busId: '00000000:18:00.0',
      driverVersion: '550.90.07',
      cudaVersion: '12.4',
      temperatureC: 58,
      pstate: 'P0',
      powerW: 388,
      powerLimitW: 400,
      memoryUsedMiB: 71322,
      memoryTotalMiB: 81920,
      utilizationPercent: 96,
      migMode: 'Enabled',
      migDevices: ['MIG 0 GI 2 CI 0'],
      eccMode: 'Enabled',
      eccUncorrected: 2,
      processes: [{ pid: 48112, name: '/usr/bin/python3', memoryMiB: 71300 }],
      source: { line: 9 },
    },
    { index: 1, busId: '00000000:2A:00.0', fault: 'ERR!', source: { line: 13 } },
  ]);
  expect(facts.gpus?.[0]).not.toHaveProperty('fault');
});

test('a two-line table of an old driver', async () => {
  const old = `| NVIDIA-SMI 418.87.01    Driver Version: 418.87.01    CUDA Version: 10.1     |
|===============================+======================+======================|
|   0  Tesla T4            Off  | 00000000:00:1E.0 Off |                    0 |
| N/A   33C    P8     9W /  70W |      0MiB / 15079MiB |      0%      Default |
+-------------------------------+----------------------+----------------------+
|   1  Tesla T4            Off  | 00000000:00:1F.0 Off |                  Off |
| N/A   33C    P8     9W /  70W |      0MiB / 16127MiB |      0%      Default |
+-------------------------------+----------------------+----------------------+`;
  expect((await collect(parser, old)).facts.gpus).toMatchObject([
    { name: 'Tesla T4', powerW: 9, memoryTotalMiB: 15079, eccUncorrected: 0, eccMode: 'Enabled' },
    { index: 1, eccMode: 'Disabled' },
  ]);
});

const QUERY = `==============NVSMI LOG==============

Timestamp                                 : Tue Jul 14 09:00:27 2026
Driver Version                            : 535.161.08
Attached GPUs                             : 1
GPU 00000000:3B:00.0
    Product Name                          : NVIDIA H100 PCIe
    MIG Mode
        Current                           : Disabled
        Pending                           : Disabled
    GPU UUID                              : GPU-11111111-2222-3333-4444-555555555555
    PCI
        Bus Id                            : 00000000:3B:00.0
        GPU Link Info
            Link Width
                Max                       : 16x
                Current                   : 8x
    Performance State                     : P0
    Clocks Event Reasons
        Idle                              : Not Active
        HW Slowdown                       : Active
            HW Thermal Slowdown           : Active
    FB Memory Usage
        Total                             : 81559 MiB
        Used                              : 59 MiB
    Utilization
        Gpu                               : 7 %
    ECC Mode
        Current                           : Enabled
        Pending                           : Disabled
    ECC Errors
        Volatile
            SRAM Correctable              : 4
            SRAM Uncorrectable            : 1
            DRAM Uncorrectable            : 2
        Aggregate
            SRAM Uncorrectable Parity     : 0
            DRAM Uncorrectable            : 9
    Remapped Rows
        Correctable Error                 : 0
        Uncorrectable Error               : 3
        Pending                           : Yes
        Remapping Failure Occurred        : No
    Temperature
        GPU Current Temp                  : 88 C
    GPU Power Readings
        Power Draw                        : 310.50 W
        Current Power Limit               : 350.00 W
        Default Power Limit               : 700.00 W
    Fabric
        State                             : In Progress
        Status                            : N/A
    Processes
        Process ID                        : 77
            Type                          : C
            Name                          : python3
            Used GPU Memory               : 50 MiB`;

const XML = `<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log>
	<driver_version>535.161.08</driver_version>
	<gpu id="00000000:3B:00.0">
		<product_name>NVIDIA H100 PCIe</product_name>
		<mig_mode>
			<current_mig>Disabled</current_mig>
		</mig_mode>
		<uuid>GPU-11111111-2222-3333-4444-555555555555</uuid>
		<pci>
			<pci_bus_id>00000000:3B:00.0</pci_bus_id>
			<pci_gpu_link_info><link_widths><max_link_width>16x</max_link_width><current_link_width>8x</current_link_width></link_widths></pci_gpu_link_info>
		</pci>
		<performance_state>P0</performance_state>
		<clocks_event_reasons>
			<clocks_event_reason_gpu_idle>Not Active</clocks_event_reason_gpu_idle>
			<clocks_event_reason_hw_slowdown>Active</clocks_event_reason_hw_slowdown>
			<clocks_event_reason_hw_thermal_slowdown>Active</clocks_event_reason_hw_thermal_slowdown>
		</clocks_event_reasons>
		<fb_memory_usage><total>81559 MiB</total><used>59 MiB</used></fb_memory_usage>
		<utilization><gpu_util>7 %</gpu_util></utilization>
		<ecc_errors>
			<volatile><sram_uncorrectable>1</sram_uncorrectable><dram_uncorrectable>2</dram_uncorrectable></volatile>
			<aggregate><sram_uncorrectable_parity>0</sram_uncorrectable_parity><dram_uncorrectable>9</dram_uncorrectable></aggregate>
		</ecc_errors>
		<remapped_rows><remapped_row_unc>3</remapped_row_unc><remapped_row_pending>Yes</remapped_row_pending><remapped_row_failure>No</remapped_row_failure></remapped_rows>
		<temperature><gpu_temp>88 C</gpu_temp></temperature>
		<ecc_mode><current_ecc>Enabled</current_ecc><pending_ecc>Disabled</pending_ecc></ecc_mode>
		<gpu_power_readings><power_draw>310.50 W</power_draw><current_power_limit>350.00 W</current_power_limit><default_power_limit>700.00 W</default_power_limit></gpu_power_readings>
		<fabric><state>In Progress</state><status>N/A</status></fabric>
		<processes><process_info><pid>77</pid><type>C</type><process_name>python3</process_name><used_memory>50 MiB</used_memory></process_info></processes>
	</gpu>
</nvidia_smi_log>`;

test('-q and -q -x tell the same', async () => {
  for (const text of [QUERY, XML]) {
    expect(sniffs(parser, text)).toBe(true);
    const { facts } = await collect(parser, text);
    const [{ source, ...gpu } = { source: undefined }] = facts.gpus ?? [];
    expect(source).toBeDefined();
    expect(gpu).toStrictEqual({
      index: 0,
      name: 'NVIDIA H100 PCIe',
      uuid: 'GPU-11111111-2222-3333-4444-555555555555',
      busId: '00000000:3B:00.0',
      driverVersion: '535.161.08',
      temperatureC: 88,
      powerW: 310.5,
      powerLimitW: 350,
      powerDefaultLimitW: 700,
      memoryUsedMiB: 59,
      memoryTotalMiB: 81559,
      utilizationPercent: 7,
      pstate: 'P0',
      migMode: 'Disabled',
      eccMode: 'Enabled',
      eccModePending: 'Disabled',
      eccUncorrected: 3,
      eccUncorrectedAggregate: 9,
      remappedRowsUncorrectable: 3,
      remappedRowsPending: true,
      remappedRowsFailed: false,
      fabricState: 'In Progress',
      pcieLinkWidth: { current: 8, max: 16 },
      throttleReasons: ['hw_slowdown', 'hw_thermal_slowdown'],
      processes: [{ pid: 77, name: 'python3', memoryMiB: 50 }],
    });
  }
});

test('-L, CSV, nvlink, topology, versions', async () => {
  const list =
    'GPU 0: NVIDIA A30 (UUID: GPU-aaaa)\n  MIG 1g.6gb      Device  0: (UUID: MIG-bbbb)\nGPU 1: NVIDIA A30 (UUID: GPU-cccc)';
  expect(sniffs(parser, list)).toBe(true);
  expect((await collect(parser, list)).facts.gpus).toMatchObject([
    { index: 0, uuid: 'GPU-aaaa', migDevices: ['1g.6gb MIG-bbbb'] },
    { index: 1 },
  ]);
  const csv =
    'index, name, pci.bus_id, memory.used [MiB], ecc.errors.uncorrected.volatile.total, power.draw [W]\n0, NVIDIA L4, 00000000:31:00.0, 12 MiB, 5, [Unknown Error]';
  expect(sniffs(parser, csv)).toBe(true);
  expect((await collect(parser, csv)).facts.gpus).toMatchObject([
    { index: 0, busId: '00000000:31:00.0', memoryUsedMiB: 12, eccUncorrected: 5, fault: '[Unknown Error]' },
  ]);
  const nvlink =
    'GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-aaaa)\n\t Link 0: 25 GB/s\n\t Link 1: <inactive>\n\t Link 2: Replay Errors: 6';
  const links = await collect(parser, nvlink);
  expect(links.facts.gpus).toBeUndefined();
  expect(links.facts.hostValues?.map(({ key, value }) => [key, value])).toEqual([
    ['GPU0.link0', '25 GB/s'],
    ['GPU0.link1', '<inactive>'],
    ['GPU0.link2.replay', '6'],
  ]);
  const topology = '\tGPU0\tGPU1\tCPU Affinity\nGPU0\t X \tNV12\t0-31\nGPU1\tNV12\t X \t0-31\n\nLegend:';
  expect(sniffs(parser, topology)).toBe(true);
  expect((await collect(parser, topology)).facts.hostValues).toMatchObject([
    { topic: 'nvlink', key: 'GPU0.topology', value: 'X NV12 0-31' },
    {},
  ]);
  const loaded = 'NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.161.08  Tue Mar  5 22:42:15 UTC 2024';
  expect((await collect(parser, loaded)).facts.hostValues).toMatchObject([
    { topic: 'nvidia', key: 'kernel-module-version', value: '535.161.08' },
  ]);
});

test.each([
  [
    'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 550.54',
    'Failed to initialize NVML: Driver/library version mismatch (NVML library version: 550.54)',
  ],
  ['Failed to initialize NVML: Unknown Error', 'Failed to initialize NVML: Unknown Error'],
  ['No devices were found', 'No devices were found'],
  [
    "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.",
    undefined,
  ],
  ['bash: nvidia-smi: command not found', undefined],
])('failure: %s', async (text, message) => {
  expect(sniffs(parser, text)).toBe(true);
  const { facts, unread } = await collect(parser, text);
  expect(facts.toolFailures).toMatchObject([{ tool: 'nvidia-smi', message: message ?? text }]);
  expect(unread).toEqual([]);
});

test('a failure that names a card is its fault; other text is unread', async () => {
  const text =
    'Unable to determine the device handle for GPU 0000:3B:00.0: GPU is lost.  Reboot the system to recover this GPU';
  expect((await collect(parser, text)).facts.gpus).toMatchObject([{ busId: '0000:3B:00.0', fault: 'GPU is lost' }]);
  expect((await collect(parser, 'hello')).unread).toHaveLength(1);
  expect(sniffs(parser, 'our GPU 0 is fine')).toBe(false);
  expect(sniffs(parser, '2026-03-11T04:17:02Z trainer: asks\nNo devices were found')).toBe(false);
});

test('what other programs failed to get is no output of nvidia-smi', () => {
  expect(sniffs(parser, 'failed to get pod annotation: timed out waiting for the condition\n')).toBe(false);
  expect(sniffs(parser, 'Failed to query the inventory service: connection refused\n')).toBe(false);
  expect(sniffs(parser, 'Failed to query GPU 0000:18:00.0: GPU is lost\n')).toBe(true);
});

test('the license of a virtual GPU, with its line', async () => {
  const text = [
    '==============NVSMI LOG==============',
    '',
    'Driver Version                            : 550.144.06',
    'Attached GPUs                             : 1',
    'GPU 00000002:00:00.0',
    '    Product Name                          : NVIDIA L40S-8Q',
    '    vGPU Software Licensed Product',
    '        Product Name                      : NVIDIA RTX Virtual Workstation',
    '        License Status                    : Unlicensed (Restricted)',
  ].join('\n');
  const { facts } = await collect(parser, text);
  expect(facts.gpus).toMatchObject([{ license: { status: 'Unlicensed (Restricted)', source: { line: 9 } } }]);
});

test('what stands below the table of a card; the table in the log of a program', async () => {
  const { facts } = await collect(parser, `${TABLE}\nWARNING: infoROM is corrupted at gpu 0000:18:00.0`, {
    node: 'g1',
  });
  expect(facts.gpus?.at(-1)).toMatchObject({ busId: '0000:18:00.0', fault: 'infoROM is corrupted' });
  expect(sniffs(parser, `time="2026-03-01T11:31:15Z" level=info msg="Detected pre-installed driver"\n${TABLE}`)).toBe(
    false,
  );
});

test('a failure of the tool inside the log of a script is no output of the tool', () => {
  const line = '/app/entrypoint.sh: line 52: nvidia-smi: command not found';
  expect(sniffs(parser, line)).toBe(true);
  expect(sniffs(parser, ['starting', 'GPU found', line, 'falling back', 'ready'].join('\n'))).toBe(false);
});
