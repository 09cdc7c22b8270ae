/** Rows of services and of what stands behind and in front of them. */
import { addressField, addressList, listedIn } from '../addresses.ts';
import { int, setPairs, setSelector } from '../values.ts';
import type { Row, RowMapper } from './row.ts';

/** NAME TYPE CLUSTER-IP EXTERNAL-IP PORT(S) AGE [SELECTOR]. */
export const serviceRow: RowMapper = (row) => {
  row.set(['spec', 'type'], row.value('TYPE'));
  // A headless service prints None, which is the API's own word; <none> belongs to ExternalName.
  row.set(['spec', 'clusterIP'], row.value('CLUSTERIP'));
  const external = row.value('EXTERNALIP');
  const type = row.value('TYPE');
  if (type === 'ExternalName') row.set(['spec', 'externalName'], external);
  else if (type === 'LoadBalancer') {
    if (external === '<pending>') row.set(['status', 'loadBalancer'], {});
    else external?.split(',').forEach((address, i) => setIngress(row, i, address));
  } else if (external !== undefined && external !== '<pending>') row.set(['spec', 'externalIPs'], external.split(','));
  row
    .value('PORTS')
    ?.split(',')
    .forEach((text, i) => {
      const port = /^(\d{1,5})(?::(\d{1,5}))?\/([A-Z]{2,6})$/.exec(text.trim());
      if (port === null) return;
      row.set(['spec', 'ports', i, 'port'], Number(port[1]));
      row.set(['spec', 'ports', i, 'nodePort'], int(port[2]));
      row.set(['spec', 'ports', i, 'protocol'], port[3]);
    });
  setPairs(row.draft, ['spec', 'selector'], row.cell('SELECTOR'), row.source);
};

function setIngress(row: Row, i: number, address: string): void {
  row.set(['status', 'loadBalancer', 'ingress', i, addressField(address)], address);
}

/** NAME ENDPOINTS AGE. Only ready addresses are printed. */
export const endpointsRow: RowMapper = (row) => {
  const cell = row.cell('ENDPOINTS');
  if (cell === undefined) return;
  const { addresses } = addressList(cell);
  if (addresses.length === 0) {
    // <none>: no subset at all; an empty cell: there are subsets, and no address in them is ready.
    row.set(cell === '' ? ['subsets', 0, 'addresses'] : ['subsets'], []);
    return;
  }
  // The table repeats every address for every port; the API keeps the two apart.
  const ips = [...new Set(addresses.map((a) => a.ip))];
  ips.forEach((ip, i) => row.set(['subsets', 0, 'addresses', i, 'ip'], ip));
  const ports = [...new Set(addresses.flatMap((a) => (a.port === undefined ? [] : [a.port])))];
  ports.forEach((port, i) => row.set(['subsets', 0, 'ports', i, 'port'], port));
};

/** NAME ADDRESSTYPE PORTS ENDPOINTS AGE. Addresses are printed whether ready or not: no conditions are set. */
export const endpointSliceRow: RowMapper = (row) => {
  row.set(['addressType'], row.value('ADDRESSTYPE'));
  const cell = row.cell('ENDPOINTS');
  if (cell !== undefined) {
    const { addresses } = addressList(cell);
    if (addresses.length === 0) row.set(['endpoints'], []);
    addresses.forEach(({ ip }, i) => row.set(['endpoints', i, 'addresses', 0], ip));
  }
  listedIn(row.value('PORTS')).forEach((port, i) => row.set(['ports', i, 'port'], int(port)));
  // The slice's service is its label; the controller names slices after it with five random letters behind.
  const owner = /^(\S{1,253})-[bcdfghjklmnpqrstvwxz2456789]{5}$/.exec(row.value('NAME') ?? '');
  if (owner !== null && row.cell('LABELS') === undefined) {
    row.set(['metadata', 'labels', 'kubernetes.io/service-name'], owner[1]);
  }
};

/** NAME CLASS HOSTS ADDRESS PORTS AGE. */
export const ingressRow: RowMapper = (row) => {
  row.set(['spec', 'ingressClassName'], row.value('CLASS'));
  const hosts = row.value('HOSTS');
  if (hosts !== '*') listedIn(hosts).forEach((host, i) => row.set(['spec', 'rules', i, 'host'], host));
  listedIn(row.value('ADDRESS')).forEach((address, i) => setIngress(row, i, address));
};

/** NAME CONTROLLER PARAMETERS AGE. */
export const ingressClassRow: RowMapper = (row) => row.set(['spec', 'controller'], row.value('CONTROLLER'));

/** NAME POD-SELECTOR AGE. */
export const networkPolicyRow: RowMapper = (row) =>
  setSelector(row.draft, ['spec', 'podSelector'], row.cell('PODSELECTOR'), row.source);

/** NAME SERVICE AVAILABLE AGE. AVAILABLE: `True`, `False (MissingEndpoints)`. */
export const apiServiceRow: RowMapper = (row) => {
  const available = /^(True|False|Unknown)(?: \((\S{1,100})\))?(?=\s|$)/.exec(row.cell('AVAILABLE') ?? '');
  if (available !== null) {
    row.set(['status', 'conditions', 0, 'type'], 'Available');
    row.set(['status', 'conditions', 0, 'status'], available[1]);
    row.set(['status', 'conditions', 0, 'reason'], available[2]);
  }
  const service = row.value('SERVICE');
  if (service === undefined || service === 'Local') return;
  const slash = service.indexOf('/');
  if (slash < 0) return;
  row.set(['spec', 'service', 'namespace'], service.slice(0, slash));
  row.set(['spec', 'service', 'name'], service.slice(slash + 1));
};

/** NAME CLASS ADDRESS PROGRAMMED AGE. */
export const gatewayRow: RowMapper = (row) => {
  row.set(['spec', 'gatewayClassName'], row.value('CLASS'));
  row.set(['status', 'addresses', 0, 'value'], row.value('ADDRESS'));
  const programmed = row.value('PROGRAMMED') ?? row.value('READY');
  if (programmed === undefined) return;
  row.set(['status', 'conditions', 0, 'type'], 'Programmed');
  row.set(['status', 'conditions', 0, 'status'], programmed);
};

/** NAME CONTROLLER ACCEPTED AGE. */
export const gatewayClassRow: RowMapper = (row) => {
  row.set(['spec', 'controllerName'], row.value('CONTROLLER'));
  const accepted = row.value('ACCEPTED');
  if (accepted === undefined) return;
  row.set(['status', 'conditions', 0, 'type'], 'Accepted');
  row.set(['status', 'conditions', 0, 'status'], accepted);
};

/** The names in a list that is printed as JSON; undefined when there is none. */
const namesIn = (text: string | undefined): readonly string[] | undefined =>
  text?.match(/[^\s",[\]]{1,253}/g) ?? undefined;

/** NAME HOSTNAMES AGE: `["a.example.org"]`. */
export const routeRow: RowMapper = (row) => {
  row.set(['spec', 'hostnames'], namesIn(row.value('HOSTNAMES')));
};

/** NAME MODE AGE. */
export const peerAuthenticationRow: RowMapper = (row) => row.set(['spec', 'mtls', 'mode'], row.value('MODE'));

/** NAME HOST AGE. */
export const destinationRuleRow: RowMapper = (row) => row.set(['spec', 'host'], row.value('HOST'));

/** NAME GATEWAYS HOSTS AGE: `["edge/shop-gw"]`. */
export const virtualServiceRow: RowMapper = (row) => {
  row.set(['spec', 'gateways'], namesIn(row.value('GATEWAYS')));
  row.set(['spec', 'hosts'], namesIn(row.value('HOSTS')));
};

/** NAME AUTO ASSIGN AVOID BUGGY IPS ADDRESSES: `["192.0.2.40-192.0.2.59"]`. */
export const addressPoolRow: RowMapper = (row) => {
  const ranges = row.value('ADDRESSES')?.match(/[0-9a-f.:/-]{2,91}/gi);
  if (ranges !== undefined && ranges !== null) row.set(['spec', 'addresses'], [...ranges]);
};

/** NAME IPADDRESSPOOLS IPADDRESSPOOL SELECTORS INTERFACES (or PEERS) AGE: `["prod"]`. */
export const poolAdvertisementRow: RowMapper = (row) => {
  const pools = row.cell('IPADDRESSPOOLS');
  if (pools === undefined) return;
  row.set(['spec', 'ipAddressPools'], namesIn(pools) ?? []);
  if (row.value('IPADDRESSPOOLSELECTORS') !== undefined && row.value('IPADDRESSPOOLSELECTORS') !== '')
    row.set(['spec', 'ipAddressPoolSelectors'], true);
};

/** NAME HOST/PORT PATH SERVICES PORT TERMINATION WILDCARD. A route that no router admits has the reason for a host. */
export const openshiftRouteRow: RowMapper = (row) => {
  const host = row.value('HOSTPORT');
  row.set(['spec', 'to', 'name'], row.value('SERVICES'));
  if (host === undefined) return;
  if (!/^[A-Z][A-Za-z]{3,40}$/.test(host)) return row.set(['spec', 'host'], host);
  row.set(['status', 'ingress', 0, 'conditions', 0, 'type'], 'Admitted');
  row.set(['status', 'ingress', 0, 'conditions', 0, 'status'], 'False');
  row.set(['status', 'ingress', 0, 'conditions', 0, 'reason'], host);
};

/** NAME HOLDER AGE. */
export const leaseRow: RowMapper = (row) => row.set(['spec', 'holderIdentity'], row.value('HOLDER'));
