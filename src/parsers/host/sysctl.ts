import { ranTool } from '../effective-command.ts';
import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const SETTING =
  /^\s*-?(?:\/proc\/sys\/)?((?:abi|crypto|debug|dev|fs|kernel|net|sunrpc|user|vm)[./][\w./*@:-]{1,200})\s*=\s?(.*)$/;
const MISSING = /^sysctl: (?:cannot stat|permission denied on|error).*$/;

/**
 * Kernel parameters. hostValues, topic `sysctl`.
 *
 * Command: `sysctl -a`, `sysctl KEY`, /etc/sysctl.conf and /etc/sysctl.d/*.conf.
 * Versions: procps 3.2 to 4.0, busybox 1.x.
 * Sample:
 *
 *     net.ipv4.ip_forward = 1
 *
 * Empty: `sysctl: cannot stat /proc/sys/net/bridge/…: No such file or directory` means that the module behind the key
 *   is not loaded; it is kept as a failure of the tool.
 */
export default defineParser({
  kind: 'sysctl',
  reads: 'sysctl -a, sysctl KEY, /etc/sysctl.conf, /etc/sysctl.d/*.conf',
  matches: (command) => ranTool(command, 'sysctl'),
  sniff: (head) => {
    const lines = head.filter((line) => line.trim() !== '' && !/^\s*[#;]/.test(line)).slice(0, 50);
    const settings = lines.filter((line) => SETTING.test(line) || MISSING.test(line)).length;
    return settings > 0 && settings * 2 >= lines.length;
  },
  parse: (lines, { origin, emit }) => {
    let found = 0;
    lines.forEach((line, at) => {
      const setting = SETTING.exec(line);
      if (setting?.[1] !== undefined) {
        const key = setting[1].replaceAll('/', '.');
        emit.fact('hostValues', {
          ...factBase(origin, at, line),
          topic: 'sysctl',
          key,
          value: setting[2]?.trim() ?? '',
        });
      } else if (MISSING.test(line)) {
        emit.fact('toolFailures', { ...factBase(origin, at, line), tool: 'sysctl', message: line.trim() });
      } else return;
      found++;
    });
    if (found === 0) emit.unread(origin, 'no settings in it', origin.firstLine);
  },
});
