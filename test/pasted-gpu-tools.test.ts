/** What tools print of GPUs besides nvidia-smi's table: DCGM, its exporter, -q, nvlink; and what is said first of it. */
import { describe, expect, it } from 'vitest';
import { paste, type Pasted } from './paste.ts';

const LABELS = 'UUID="GPU-0003",device="nvidia3",modelName="NVIDIA H100 80GB HBM3",Hostname="reef-2"';
const exporter = (...samples: readonly string[]): string => `$ curl -s http://192.0.2.31:9400/metrics
# HELP DCGM_FI_DEV_GPU_TEMP GPU temperature (in C).
# TYPE DCGM_FI_DEV_GPU_TEMP gauge
DCGM_FI_DEV_GPU_TEMP{gpu="3",${LABELS}} 44
DCGM_FI_DEV_XID_ERRORS{gpu="2",UUID="GPU-0002",Hostname="reef-2"} 0
${samples.map((sample) => sample.replace(' ', `{gpu="3",${LABELS}} `)).join('\n')}
`;

const CASES: Readonly<Record<string, Pasted>> = {
  'the last Xid of the exporter': {
    files: { 't.txt': exporter('DCGM_FI_DEV_XID_ERRORS 79') },
    check: 'gpu-xid-79-off-bus',
    words: ['Xid 79', 'GPU 3', 'reef-2'],
  },
  'a failed remapping of the exporter': {
    files: { 't.txt': exporter('DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS 8', 'DCGM_FI_DEV_ROW_REMAP_FAILURE 1') },
    check: 'gpu-remapped-rows',
    words: ['GPU 3', 'remapping failure', 'reef-2'],
  },
  'clocks lowered by heat, as bits': {
    files: { 't.txt': exporter('DCGM_FI_DEV_CLOCKS_EVENT_REASONS 96') },
    check: 'gpu-throttle-thermal',
    words: ['GPU 3', 'hw_thermal_slowdown', 'reef-2'],
  },
  'an action that the driver asks for': {
    files: {
      't.txt': `root@reef-2:~# nvidia-smi -q

==============NVSMI LOG==============

Timestamp                                 : Sun Mar  1 11:00:00 2026
Driver Version                            : 570.86.15
CUDA Version                              : 12.8

Attached GPUs                             : 1
GPU 00000000:5D:00.0
    Product Name                          : NVIDIA H100 80GB HBM3
    GPU UUID                              : GPU-0003
    GPU Recovery Action                   : Drain and Reset
`,
    },
    check: 'gpu-xid-154-recovery-action',
    words: ['5D:00.0', 'Drain and Reset', 'reef-2'],
  },
  'a diagnosis of DCGM': {
    files: {
      't.txt': `root@reef-2:~# dcgmi diag -r 2
Successfully ran diagnostic for group.
+---------------------------+------------------------------------------------+
| Diagnostic                | Result                                         |
+===========================+================================================+
|-----  Deployment  --------+------------------------------------------------|
| NVML Library              | Pass                                           |
|-----  Integration  -------+------------------------------------------------|
| PCIe                      | Fail - GPU: 3                                  |
+---------------------------+------------------------------------------------+
`,
    },
    check: 'gpu-dcgm-health-failed',
    words: ['PCIe', 'Fail - GPU: 3'],
  },
  'the health watch of DCGM': {
    files: {
      't.txt': `root@reef-2:~# dcgmi health -g 0 -c
+---------------------------+----------------------------------------------------------+
| Health Monitor Report                                                                |
+===========================+==========================================================+
| Overall Health            | Failure                                                  |
|       -> NVLINK system    | Failure                                                  |
|                           | GPU 3's NvLink link 4 is currently down. Run a field     |
|                           | diagnostic on the GPU.                                   |
+---------------------------+----------------------------------------------------------+
`,
    },
    check: 'gpu-dcgm-health-failed',
    words: ['NvLink link 4 is currently down'],
  },
  'links that count errors': {
    files: {
      't.txt': `root@reef-2:~# nvidia-smi nvlink -e
GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-0000)
	 Link 0: Replay Errors: 0
	 Link 0: Recovery Errors: 0
	 Link 0: CRC Errors: 3
	 Link 1: Replay Errors: 0
	 Link 1: Recovery Errors: 12
	 Link 1: CRC Errors: 88123
`,
    },
    check: 'gpu-nvlink-problem',
    words: ['GPU0 link 1', '12 recovery', '88123 crc', 'reef-2'],
  },
  'an operator that finds no labels': {
    files: {
      't.txt': `$ kubectl logs -n gpu-operator deploy/gpu-operator --tail=2
{"level":"info","ts":"2026-03-01T10:00:00Z","logger":"controllers.ClusterPolicy","msg":"Number of nodes with GPU label","NodeCount":0}
{"level":"info","ts":"2026-03-01T10:00:00Z","logger":"controllers.ClusterPolicy","msg":"WARNING: NFD labels missing in the cluster, GPU nodes cannot be discovered."}
`,
    },
    check: 'gpu-nfd-labels-missing',
    words: ['NFD labels missing'],
  },
};

describe('GPUs, as their tools tell', () => {
  it.each(Object.entries(CASES))('%s', async (_name, { files, check, words }) => {
    const { rootCauses, findings } = await paste(files);
    const first = findings.find(({ id }) => id === rootCauses[0]?.finding);
    expect(first?.check).toBe(check);
    for (const word of words) expect(`${first?.subject.name} ${first?.subject.node} ${first?.message}`).toContain(word);
  });
  it('is silent of cards that are well', async () => {
    const { findings } = await paste({
      't.txt': exporter(
        'DCGM_FI_DEV_XID_ERRORS 0',
        'DCGM_FI_DEV_ROW_REMAP_FAILURE 0',
        'DCGM_FI_DEV_CLOCKS_EVENT_REASONS 1',
      ),
      'health.txt': `root@reef-2:~# dcgmi health -g 0 -c
| Overall Health            | Healthy                                                  |
root@reef-2:~# nvidia-smi nvlink -e
GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-0000)
	 Link 0: Replay Errors: 2
	 Link 0: Recovery Errors: 0
	 Link 0: CRC Errors: 3
`,
    });
    expect(findings.filter(({ severity, state }) => severity !== 'info' && state === 'current')).toEqual([]);
  });
});
