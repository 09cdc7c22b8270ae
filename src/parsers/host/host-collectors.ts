import { defined } from '../../lib/defined.ts';
import { fieldsOf, objectsOf, parseJson, textOf } from '../../lib/untyped.ts';
import { jsonBase } from '../json-place.ts';
import { defineParser, type ParserContext } from '../parser.ts';

type Reader = (root: unknown, context: ParserContext) => number;

const hostValue = (
  context: ParserContext,
  topic: string,
  key: string,
  value: unknown,
  path: readonly string[],
): number => {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return 0;
  context.emit.fact('hostValues', { ...jsonBase(context.origin, path, value), topic, key, value: String(value) });
  return 1;
};

/** A bare map of settings. */
const settings =
  (topic: string): Reader =>
  (root, context) =>
    Object.entries(fieldsOf(root)).reduce((sum, [key, value]) => sum + hostValue(context, topic, key, value, [key]), 0);

/** Fields under names that others give them. */
const renamed =
  (topic: string, names: Readonly<Record<string, string>>): Reader =>
  (root, context) =>
    Object.entries(names).reduce(
      (sum, [field, key]) => sum + hostValue(context, topic, key, fieldsOf(root)[field], [field]),
      0,
    );

const services: Reader = (root, { origin, emit }) => {
  objectsOf(root).forEach((service, i) => {
    const unit = textOf(service['Unit']);
    if (unit === undefined) return;
    emit.fact('units', {
      ...jsonBase(origin, [i], service),
      unit,
      ...defined({
        load: textOf(service['Load']),
        active: textOf(service['Active']),
        sub: textOf(service['Sub']),
      }),
    });
  });
  return Array.isArray(root) ? 1 : 0;
};

const time: Reader = (root, { origin, emit }) => {
  const { ntp_synchronized: synchronized, ntp_active: active } = fieldsOf(root);
  if (typeof synchronized !== 'boolean') return 0;
  emit.fact('timeSync', { ...jsonBase(origin, ['ntp_synchronized'], synchronized), tool: 'timedatectl', synchronized });
  if (typeof active === 'boolean')
    emit.fact('hostValues', {
      ...jsonBase(origin, ['ntp_active'], active),
      topic: 'time',
      key: 'ntp-service',
      value: active ? 'active' : 'inactive',
    });
  return 1;
};

const modules: Reader = (root, context) => {
  const loaded = Object.entries(fieldsOf(root)).filter(([, module]) => fieldsOf(module)['status'] === 'loaded');
  for (const [name] of loaded) hostValue(context, 'module', name, 'loaded', [name, 'status']);
  return Object.keys(fieldsOf(root)).length;
};

/** The disk below a path; the file is named after what its author called the collector. */
const disk: Reader = (root, { origin, emit }) => {
  const { total_bytes: size, used_bytes: used } = fieldsOf(root);
  if (typeof size !== 'number' || typeof used !== 'number' || size <= 0) return 0;
  const name = origin.file.slice(origin.file.lastIndexOf('/') + 1).replace(/\.json$/, '');
  emit.fact('filesystems', {
    ...jsonBase(origin, ['used_bytes'], used),
    device: name,
    mount: name,
    sizeBytes: size,
    usedBytes: used,
    availableBytes: size - used,
    usedPercent: Math.ceil((100 * used) / size),
  });
  return 1;
};

/** By the file's name; `diskUsage` is a folder. */
const READERS: Readonly<Record<string, Reader>> = {
  'memory.json': renamed('memory', { total: 'MemTotal' }),
  'cpu.json': renamed('os', { logicalCount: 'cpus', machineArch: 'architecture' }),
  'hostos_info.json': renamed('os', {
    name: 'static-hostname',
    kernelVersion: 'kernel',
    platform: 'platform',
    platformVersion: 'platform-version',
  }),
  'time.json': time,
  'systemctl_services.json': services,
  'sysctl.json': settings('sysctl'),
  'kernel-configs.json': settings('kernel-config'),
  'kernel_modules.json': modules,
};

/**
 * What Troubleshoot collects of machines: one small JSON file for each question.
 *
 * Command: none; `host-collectors/system/memory.json` and its neighbours, `host-collectors/diskUsage/NAME.json`.
 * Versions: Troubleshoot 0.40 and later.
 * Sample:
 *
 *     {"timezone": "UTC", "ntp_synchronized": false, "ntp_active": true}
 *
 * Empty: a collector that failed leaves a file under host-collectors/errors.
 */
export default defineParser({
  kind: 'host-collectors',
  reads: 'host-collectors of Troubleshoot: memory, time, services, kernel modules, sysctl, disks',
  // Told by its path; only the file about time says enough by itself.
  sniff: (head) => /^\s*\{\s{0,10}"timezone"\s*:[^}]{0,200}"ntp_synchronized"\s*:/.test(head.slice(0, 10).join('\n')),
  parse(lines, context) {
    const { file } = context.origin;
    const name = file.slice(file.lastIndexOf('/') + 1);
    const root = parseJson(lines.join('\n'));
    const reader = /\/diskUsage\/[^/]{1,300}$/.test(file) ? disk : (READERS[name] ?? time);
    if (root === undefined || reader(root, context) === 0)
      context.emit.unread(context.origin, 'no answer of a host collector that is known');
  },
});
