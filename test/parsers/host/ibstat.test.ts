import { expect, test } from 'vitest';
import parser from '../../../src/parsers/host/ibstat.ts';
import { collect, sniffs } from '../collect.ts';

const IBSTAT = `CA 'mlx5_0'
	CA type: MT4129
	Number of ports: 2
	Firmware version: 28.39.1002
	Hardware version: 0
	Node GUID: 0xa088c20300a1b2c4
	System image GUID: 0xa088c20300a1b2c4
	Port 1:
		State: Active
		Physical state: LinkUp
		Rate: 400
		Base lid: 17
		LMC: 0
		SM lid: 1
		Capability mask: 0xa751e848
		Port GUID: 0xa088c20300a1b2c4
		Link layer: InfiniBand
	Port 2:
		State: Down
		Physical state: Polling
		Rate: 10
		Link layer: InfiniBand
CA 'mlx5_bond_0'
	CA type: MT41692
	Port 1:
		State: Active
		Physical state: LinkUp
		Rate: 100
		Link layer: Ethernet
`;

const IBSTATUS = `Infiniband device 'mlx5_3' port 1 status:
	default gid:	 fe80:0000:0000:0000:a088:c203:00a1:b2c4
	base lid:	 0x0
	sm lid:		 0x0
	state:		 2: INIT
	phys state:	 5: LinkUp
	rate:		 400 Gb/sec (4X NDR)
	link_layer:	 InfiniBand
`;

test('ibstat: one record a port, with the model of its adapter', async () => {
  expect(sniffs(parser, IBSTAT)).toBe(true);
  const { facts, unread } = await collect(parser, IBSTAT, { node: 'gpu-1' });
  expect(unread).toEqual([]);
  expect(facts.fabricPorts).toEqual([
    {
      node: 'gpu-1',
      source: { file: 'a.txt', line: 9, text: 'State: Active' },
      adapter: 'mlx5_0',
      port: 1,
      adapterType: 'MT4129',
      state: 'Active',
      physicalState: 'LinkUp',
      rate: 400,
      linkLayer: 'InfiniBand',
      guid: '0xa088c20300a1b2c4',
    },
    expect.objectContaining({ adapter: 'mlx5_0', port: 2, state: 'Down', physicalState: 'Polling' }),
    expect.objectContaining({ adapter: 'mlx5_bond_0', port: 1, adapterType: 'MT41692', linkLayer: 'Ethernet' }),
  ]);
});

test('ibstatus: the same words', async () => {
  expect(sniffs(parser, IBSTATUS)).toBe(true);
  expect((await collect(parser, IBSTATUS)).facts.fabricPorts).toMatchObject([
    { adapter: 'mlx5_3', port: 1, state: 'Initializing', physicalState: 'LinkUp', rate: 400, linkLayer: 'InfiniBand' },
  ]);
});

test('rdma link: InfiniBand has a subnet, RoCE an interface', async () => {
  const text = `link mlx5_0/1 subnet_prefix fe80:0000:0000:0000 lid 7 sm_lid 1 lmc 0 state DOWN physical_state POLLING
1/1: mlx5_1/1: state ACTIVE physical_state LINK_UP netdev eth0
`;
  expect(sniffs(parser, text)).toBe(true);
  expect((await collect(parser, text)).facts.fabricPorts).toMatchObject([
    { adapter: 'mlx5_0', port: 1, state: 'Down', physicalState: 'Polling', linkLayer: 'InfiniBand' },
    { adapter: 'mlx5_1', port: 1, state: 'Active', physicalState: 'LinkUp', linkLayer: 'Ethernet' },
  ]);
});

test('an adapter without a port is unread', async () => {
  expect((await collect(parser, "CA 'mlx5_0'\n\tCA type: MT4129\n")).unread).toEqual(['ibstat output without a port']);
});
