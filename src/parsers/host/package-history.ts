import { defineParser } from '../parser.ts';
import { factBase } from '../quote.ts';

const START = /^Start-Date: (\d{4}-\d{2}-\d{2})\s+(\d{2}:\d{2}:\d{2})/;
const CHANGE = /^(Install|Upgrade|Downgrade|Remove|Purge|Reinstall): (.*)$/;
const PACKAGE = /([a-z0-9][\w.+-]{0,150})(?::[a-z0-9]{1,20})? \(([^(),]{1,150})(?:, ([^()]{1,150}))?\)/gi;
const DPKG =
  /^(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) (install|upgrade|remove|purge) ([^\s:]{1,150})(?::\S{1,20})? (\S{1,150}) (\S{1,150})$/;
const RPM =
  /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{4}|[A-Z][a-z]{2} \d{2} \d{2}:\d{2}:\d{2})\s+(?:SUBDEBUG\s+|INFO\s+)?(Installed|Updated|Upgrade|Upgraded|Erased|Downgraded|Downgrade|Reinstalled): (\S{1,300})$/;

/**
 * What the package manager changed. hostValues, topic `package`: key the package, value `TIME ACTION OLD -> NEW` (time
 * as it stands in the log).
 *
 * Command: `cat /var/log/apt/history.log`, /var/log/dpkg.log, /var/log/yum.log, /var/log/dnf.rpm.log.
 * Versions: apt 0.8 to 3.0, dpkg 1.15 to 1.22, yum 3, dnf 2 to 4.
 * Sample:
 *
 *     Start-Date: 2025-02-13  06:44:31
 *     Upgrade: libssl3:amd64 (3.0.2-0ubuntu1.18, 3.0.2-0ubuntu1.19)
 *     End-Date: 2025-02-13  06:44:39
 *
 * Empty: a history without changes leaves nothing.
 */
export default defineParser({
  kind: 'package-history',
  reads: '/var/log/apt/history.log, /var/log/dpkg.log, /var/log/yum.log, /var/log/dnf.rpm.log',
  sniff: (head) => {
    const lines = head.filter((line) => line.trim() !== '').slice(0, 30);
    if (lines.slice(0, 4).some((line) => START.test(line))) return true;
    return lines.filter((line) => DPKG.test(line) || RPM.test(line)).length * 3 > lines.length;
  },
  parse: (lines, { origin, emit }) => {
    let when = '';
    lines.forEach((line, at) => {
      const fact = (key: string, value: string): void =>
        emit.fact('hostValues', { ...factBase(origin, at, line), topic: 'package', key, value });
      const start = START.exec(line);
      if (start !== null) when = `${start[1]} ${start[2]}`;
      const change = CHANGE.exec(line);
      if (change !== null) {
        for (const [, name = '', from, to] of (change[2] ?? '').matchAll(PACKAGE)) {
          // `Install: x (1.2, automatic)` has no old version.
          const versions = to === undefined || to === 'automatic' ? (from ?? '') : `${from} -> ${to}`;
          fact(name, `${when} ${change[1]} ${versions}`);
        }
      }
      const dpkg = DPKG.exec(line);
      if (dpkg !== null) fact(dpkg[3] ?? '', `${dpkg[1]} ${dpkg[2]} ${dpkg[4]} -> ${dpkg[5]}`);
      const rpm = RPM.exec(line);
      if (rpm !== null) {
        const full = rpm[3] ?? '';
        // name-version-release.arch, sometimes with an epoch in front of the version.
        const name = /^(.{1,200}?)-(?:\d+:)?\d/.exec(full)?.[1] ?? full;
        fact(name, `${rpm[1]} ${rpm[2]} ${full}`);
      }
    });
  },
});
