/**
 * What parsers give: typed records, each with the place it came from. This file is the contract between parsers and
 * the snapshot; Kubernetes objects have their own shapes in ../snapshot/kinds.
 */

import type { Selector } from '../lib/labels.ts';

/** One quoted place in the bundle. `text` is the source's own words (or a field and its value), never a paraphrase. */
export interface Evidence {
  readonly file: string;
  /** 1-based line in the file, for text sources. */
  readonly line?: number;
  /** RFC 6901 JSON pointer, for JSON and YAML sources. */
  readonly pointer?: string;
  readonly text: string;
}

/** A command line somebody ran, taken apart. Example: `kubectl get pods -n shop -o wide`. */
export interface Command {
  readonly text: string;
  readonly tool: string;
  /** The words after the tool that are not flags: `['get', 'pods']`. */
  readonly words: readonly string[];
  /** Flags without dashes; short names are spelled out for kubectl (`n` is `namespace`). A bare flag is `true`. */
  readonly flags: Readonly<Record<string, string | true>>;
}

/** Where a text comes from and what is known about it besides its words. */
export interface Origin {
  readonly file: string;
  /** 1-based line of the file at which this text starts (a transcript holds many texts). */
  readonly firstLine: number;
  readonly command?: Command;
  /** The machine on which the command ran, for host evidence. */
  readonly node?: string;
  readonly namespace?: string;
  readonly pod?: string;
  readonly container?: string;
  /** `kubectl logs --previous`: the run before the last restart. */
  readonly previous?: boolean;
  /** The systemd unit or the control-plane program that wrote a log. */
  readonly program?: string;
  /** How the command ended, when the bundle recorded it. */
  readonly exitCode?: number;
  /** What the file was called before a bundle was converted: a log that nobody owns goes by that name. */
  readonly source?: string;
  /** What the text lists is not all there is, whatever its command says: it was cut, or put together from parts. */
  readonly partial?: boolean;
  /** The command was typed again further down, and did then what it should: what it says here is over. */
  readonly overcome?: boolean;
}

/** Pointer → the line that says so, for text sources. `/status/phase` → line 12, "Status:  Running". */
export type Marks = Readonly<Record<string, { readonly line: number; readonly text: string }>>;

/**
 * How much a source says about an object. An object that comes in several is merged, and the fuller source wins field
 * by field: `full` is the API object (JSON, YAML); `described` is kubectl describe; `row` is a line of a table.
 */
export type Detail = 'full' | 'described' | 'row';

/** Where an object comes from. */
export interface ObjectSource {
  readonly file: string;
  readonly detail: Detail;
  readonly line?: number;
  /** Pointer to the object inside the file (`/items/3`), for JSON and YAML. */
  readonly pointer?: string;
  readonly marks?: Marks;
}

/** `kubectl get pods -n shop` printed all there are: absence in that scope is now a fact. */
export interface Listing {
  readonly kind: string;
  /** Undefined: all namespaces (or a cluster-wide kind). */
  readonly namespace?: string;
  /** False when a selector, a name, a limit or an error narrowed it. */
  readonly complete: boolean;
  /** The list is whole and holds nothing, and nothing in it or its command says where it was looked. */
  readonly unplaced?: true;
  readonly file: string;
}

/** One line of a log, taken apart. `message` is what is left after all prefixes. */
export interface LogLine {
  readonly line: number;
  /** Milliseconds since 1970, when the line carries a full time (a year missing in klog or syslog is added later). */
  readonly time?: number;
  readonly text: string;
  /** The nearest lines, where they were kept: of the first and the last line of a hit. */
  readonly around?: { readonly before: readonly string[]; readonly after: readonly string[] };
}

export type LogClass = 'container' | 'host' | 'kernel' | 'text';

/** What one scanned log leaves behind: counts, hits and a bounded tail; never the log itself. */
export interface LogStream {
  readonly origin: Origin;
  /** container: kubectl logs; host: journals and daemons' files; kernel: dmesg; text: anything else that was read. */
  readonly class: LogClass;
  readonly lines: number;
  readonly bytes: number;
  readonly firstTime?: number;
  readonly lastTime?: number;
  /** Programs seen in the prefixes (kubelet, containerd, etcd …) besides `origin.program`. */
  readonly programs: readonly string[];
  readonly hits: readonly LogHit[];
  /** The last lines (at most TAIL_LINES), oldest first: the last words of a crashed container. */
  readonly tail: readonly LogLine[];
}

/** All lines of one stream that matched one signature with the same captured words. */
export interface LogHit {
  readonly signature: string;
  readonly origin: Origin;
  readonly class: LogClass;
  /** The machine: from the line's own prefix or the origin. */
  readonly node?: string;
  readonly program?: string;
  /** Named groups of the signature's pattern. */
  readonly groups: Readonly<Record<string, string>>;
  readonly count: number;
  readonly first: LogLine;
  readonly last: LogLine;
}

interface FactBase {
  readonly source: Evidence;
  readonly node?: string;
}

/** `systemctl status UNIT` or `systemctl show UNIT`. */
export interface UnitStatus extends FactBase {
  /** With its suffix: `kubelet.service`. */
  readonly unit: string;
  /** loaded, not-found, masked … */
  readonly load?: string;
  /** active, inactive, failed, activating … */
  readonly active?: string;
  /** running, dead, exited, auto-restart … */
  readonly sub?: string;
  readonly enabled?: string;
  /** success, exit-code, signal, oom-kill … */
  readonly result?: string;
  readonly exitCode?: number;
  /** Without SIG: `KILL`, `TERM`. */
  readonly signal?: string;
  readonly since?: number;
  /** Seconds in the state at the moment of the command; known even where `since` has an ambiguous zone name. */
  readonly ageSeconds?: number;
  readonly restarts?: number;
}

/** A row of `df -h`, `df -T`, `df -P` or `df -i`; the byte half and the inode half of one mount are one record. */
export interface Filesystem extends FactBase {
  /** The pod inside of which df ran: what it shows is mounted there. */
  readonly pod?: { readonly namespace?: string; readonly name: string };
  readonly device: string;
  readonly type?: string;
  readonly mount: string;
  readonly sizeBytes?: number;
  readonly usedBytes?: number;
  readonly availableBytes?: number;
  readonly usedPercent?: number;
  readonly inodes?: number;
  readonly inodesUsed?: number;
  readonly inodesUsedPercent?: number;
}

/** A row of `etcdctl endpoint status`. Ids are text: uint64 does not fit in a double. */
export interface EtcdEndpoint extends FactBase {
  readonly endpoint: string;
  readonly id?: string;
  readonly version?: string;
  readonly dbSizeBytes?: number;
  readonly dbInUseBytes?: number;
  readonly quotaBytes?: number;
  readonly isLeader?: boolean;
  readonly isLearner?: boolean;
  readonly leaderId?: string;
  readonly raftTerm?: number;
  readonly raftIndex?: string;
  readonly raftAppliedIndex?: string;
  /** Of the data: how many changes the member has applied. Only JSON tells. */
  readonly revision?: string;
  readonly errors: readonly string[];
}

/** A line of `etcdctl endpoint health` or of the older `cluster-health`. */
export interface EtcdHealth extends FactBase {
  readonly endpoint: string;
  readonly healthy: boolean;
  readonly tookMs?: number;
  readonly error?: string;
}

export interface EtcdMember extends FactBase {
  readonly id: string;
  readonly name: string;
  readonly started: boolean;
  readonly learner?: boolean;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
}

/** `etcdctl alarm list`: `memberID:1 alarm:NOSPACE`. */
export interface EtcdAlarm extends FactBase {
  readonly memberId?: string;
  readonly alarm: string;
}

/** A certificate from kubeadm's table, openssl's text or a kubeconfig. */
export interface Certificate extends FactBase {
  /** As kubeadm calls it (`apiserver`, `kubelet.conf`) or the file's path. */
  readonly name: string;
  readonly isCa?: boolean;
  readonly notAfter?: number;
  readonly notBefore?: number;
  readonly state: 'valid' | 'expired' | 'missing' | 'unknown';
  /** How long it was still valid when the tool ran, rounded by it (`7d`), s. */
  readonly residual?: number;
  readonly authority?: string;
  readonly externallyManaged?: boolean;
  readonly subject?: string;
  readonly issuer?: string;
  readonly sans?: readonly string[];
}

/** One card as nvidia-smi (table, -q text, -q -x) or `nvidia-smi -L` shows it. */
export interface Gpu extends FactBase {
  readonly index?: number;
  readonly name?: string;
  readonly uuid?: string;
  readonly busId?: string;
  readonly driverVersion?: string;
  readonly cudaVersion?: string;
  readonly temperatureC?: number;
  readonly powerW?: number;
  readonly powerLimitW?: number;
  /** What the card is delivered with. */
  readonly powerDefaultLimitW?: number;
  readonly memoryUsedMiB?: number;
  readonly memoryTotalMiB?: number;
  readonly utilizationPercent?: number;
  readonly pstate?: string;
  readonly migMode?: string;
  readonly migDevices?: readonly string[];
  /** `Enabled` or `Disabled`; absent on cards without ECC. Pending is what the next reset brings. */
  readonly eccMode?: string;
  readonly eccModePending?: string;
  /** Volatile uncorrected ECC errors since the driver was loaded. */
  readonly eccUncorrected?: number;
  readonly eccUncorrectedAggregate?: number;
  readonly retiredPagesPending?: boolean;
  readonly remappedRowsUncorrectable?: number;
  readonly remappedRowsPending?: boolean;
  readonly remappedRowsFailed?: boolean;
  /** `Default`, `Exclusive_Process`, `Prohibited`: how many programs it lets in at a time. */
  readonly computeMode?: string;
  /** Active clock event (throttle) reasons. */
  readonly throttleReasons?: readonly string[];
  /** The last Xid that DCGM met on it, and the line that says so. */
  readonly lastXid?: { readonly xid: number; readonly source: Evidence };
  /** What the driver asks for: `Reset`, `Reboot`, `Drain P2P`, `Drain and Reset`. */
  readonly recoveryAction?: string;
  readonly fabricState?: string;
  readonly fabricStatus?: string;
  readonly pcieLinkWidth?: { readonly current?: number; readonly max?: number };
  /** vGPU: `Licensed (Expiry: …)`, `Unlicensed (Restricted)`, and the line that says it. */
  readonly license?: { readonly status: string; readonly source: Evidence };
  /** A cell that says so: `ERR!`, `Unknown Error`, `GPU is lost`. */
  readonly fault?: string;
  readonly processes?: readonly { readonly pid?: number; readonly name: string; readonly memoryMiB?: number }[];
}

/** A tool that could not answer at all (`nvidia-smi`: "Failed to initialize NVML: …"). */
export interface ToolFailure extends FactBase {
  readonly tool: string;
  readonly message: string;
}

/** One scrape of a /metrics page, cut to the families that checks read. */
export interface MetricScrape extends FactBase {
  /** kube-apiserver, etcd, kube-scheduler, kube-controller-manager, kubelet, cadvisor, coredns … */
  readonly component: string;
  readonly families: ReadonlyMap<string, readonly MetricSample[]>;
}
export interface MetricSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly line: number;
  readonly text: string;
}

/** An alert of Alertmanager (`/api/v2/alerts`, amtool) or Prometheus (`/api/v1/alerts`). */
export interface Alert extends FactBase {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: string;
  readonly startsAt?: number;
}

/** What an active probe from inside the cluster met: nc, curl, wget, nslookup, dig, ping. */
export interface Probe extends FactBase {
  readonly tool: string;
  readonly from?: { readonly namespace?: string; readonly pod?: string };
  /** A host name or address as it was typed. */
  readonly target: string;
  readonly port?: number;
  readonly address?: string;
  readonly outcome: 'ok' | 'refused' | 'timeout' | 'unreachable' | 'unresolved' | 'reset' | 'http-error' | 'failed';
  readonly httpStatus?: number;
  /** curl: the address to which the answer redirects, when that is the one that was asked: it goes round and round. */
  readonly redirectsTo?: string;
  readonly tookMs?: number;
  /** curl: the HTTP proxy that was asked instead of the target. */
  readonly proxy?: string;
  /** nslookup, dig, host: the DNS server that was asked, where the command names it. */
  readonly server?: string;
  /** nslookup, dig: the name whose addresses came, when it is not the one that was asked for. */
  readonly answered?: string;
  /** ping: lost packets. */
  readonly lossPercent?: number;
  /** ping: size of a packet with its headers, in bytes. */
  readonly packetBytes?: number;
  /** ping: the MTU on the way that an error named. */
  readonly mtu?: number;
  /** arping: the hardware addresses that answered, when they were several. */
  readonly hardware?: readonly string[];
}

/** A row of `kubectl top nodes`. */
export interface NodeUsage extends FactBase {
  readonly name: string;
  readonly cpuMilli?: number;
  readonly cpuPercent?: number;
  readonly memoryBytes?: number;
  readonly memoryPercent?: number;
}

/** A row of `kubectl top pods [--containers]`. */
export interface PodUsage extends FactBase {
  readonly namespace?: string;
  readonly pod: string;
  readonly container?: string;
  readonly cpuMilli?: number;
  readonly memoryBytes?: number;
}

/** A line of `/readyz?verbose` or `/livez?verbose`: `[-]etcd failed: reason withheld`. */
export interface HealthCheck extends FactBase {
  readonly endpoint: string;
  readonly check: string;
  readonly ok: boolean;
}

/** A line of a list of checks that a tool made itself (`linkerd check`). */
export interface ToolCheck extends FactBase {
  /** linkerd, cilium, submariner. */
  readonly tool: string;
  readonly check: string;
  readonly ok: boolean;
  /** Why it failed, as the lines below say. */
  readonly detail?: string;
}

/** A command that ended without its data: the words it left are evidence. */
export interface CommandFailure extends FactBase {
  readonly command?: string;
  /** The area whose listing failed, when the command tells. */
  readonly area?: string;
  readonly namespace?: string;
  readonly reason:
    | 'refused'
    | 'timeout'
    | 'forbidden'
    | 'unauthorized'
    | 'certificate'
    | 'unresolved'
    | 'no-such-resource'
    | 'server-error'
    | 'throttled'
    | 'not-found'
    | 'other';
  readonly message: string;
  /** The same command succeeded further down. */
  readonly overcome?: boolean;
}

/** How long a command took, when the bundle or `time` recorded it. */
export interface CommandTiming extends FactBase {
  readonly command: string;
  readonly seconds: number;
}

/** Time synchronisation: timedatectl, chronyc tracking, ntpq. */
export interface TimeSync extends FactBase {
  readonly tool: string;
  readonly synchronized?: boolean;
  /** Positive: the machine's clock is ahead. */
  readonly offsetSeconds?: number;
  readonly leap?: string;
}

/** A named value of a machine: sysctl, a file under /proc or /sys, a kubelet flag, `free`, `/proc/pressure`. */
export interface HostValue extends FactBase {
  /** sysctl, cgroup, kubelet-flag, memory, pressure, os, package, module, swap, disk-io … */
  readonly topic: string;
  readonly key: string;
  readonly value: string;
  /** What the value belongs to when the machine has several: a cgroup's path. */
  readonly scope?: string;
  /** The pod in which the command ran, of topics that a pod has for itself: `listen`. */
  readonly pod?: { readonly namespace?: string; readonly name: string };
}

/** An answer of `kubectl auth can-i`. */
export interface AccessReview extends FactBase {
  readonly verb: string;
  readonly resource: string;
  readonly allowed: boolean;
  /** `system:serviceaccount:shop:web`; whoever asked, when the command names nobody. */
  readonly account?: string;
  readonly namespace?: string;
}

/** A file of configuration, kept as text because its checks read it line by line (CNI conf, resolv.conf, Corefile). */
export interface ConfigFile extends FactBase {
  /** The pod whose file it is; the machine's otherwise. */
  readonly pod?: { readonly namespace?: string; readonly name: string };
  readonly path: string;
  readonly text: string;
}

/** A container as `crictl ps -a` shows it. */
export interface RuntimeContainer extends FactBase {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** Of the run that ended, where the listing says it. */
  readonly exitCode?: number;
  readonly attempt?: number;
  readonly pod?: string;
  readonly namespace?: string;
}

/** A row of `du`. */
export interface DiskUse extends FactBase {
  readonly path: string;
  readonly bytes: number;
}

/** One listing of `ps`, in numbers. */
export interface ProcessList extends FactBase {
  /** Absent when only zombies were listed. */
  readonly total?: number;
  /** Dead processes that nobody reaped, by name ('' when they were only counted) and, where the listing has it, parent. */
  readonly zombies: readonly { readonly name: string; readonly parent?: string; readonly count: number }[];
  /** The process with the most resident memory. */
  readonly largest?: { readonly name: string; readonly bytes: number; readonly source: Evidence };
}

/** A port of an InfiniBand or RoCE adapter, as `ibstat` shows it. */
export interface FabricPort extends FactBase {
  readonly adapter: string;
  readonly port: number;
  /** The model as the adapter calls itself: `MT4129`. */
  readonly adapterType?: string;
  /** `Active`, `Down`, `Initializing`, `Armed`. */
  readonly state?: string;
  /** `LinkUp`, `Polling`, `Disabled` … */
  readonly physicalState?: string;
  /** Gb/s. */
  readonly rate?: number;
  /** `InfiniBand` or `Ethernet`. */
  readonly linkLayer?: string;
  /** Of the port: `0xa088c20300a1b2c4`; all zeros for a virtual function that nobody gave one. */
  readonly guid?: string;
}

/** A release of Helm, as `helm list`, `helm status`, `helm history` or a failed `helm upgrade` tells it. */
export interface HelmRelease extends FactBase {
  readonly name: string;
  readonly namespace?: string;
  readonly revision?: number;
  /** In lower case: `deployed`, `failed`, `pending-upgrade` … */
  readonly status: string;
  readonly description?: string;
}

/** A condition of a custom resource, as its controller wrote it. */
export interface CustomCondition {
  readonly type: string;
  /** `True`, `False` or `Unknown`. */
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly source: Evidence;
}

/** What an object of a kind without a shape says of its own state: cert-manager's, Flux', an operator's. */
export interface CustomResource extends FactBase {
  readonly resourceKind: string;
  readonly apiVersion?: string;
  readonly name: string;
  readonly namespace?: string;
  readonly conditions: readonly CustomCondition[];
  /** `status.state` or `status.phase`. */
  readonly state?: string;
  /** `status.reason`, `status.message` or `status.error`. */
  readonly message?: string;
  /** `spec.queue` of Volcano, `spec.queueName` of Kueue. */
  readonly queue?: string;
  /** `spec.secretStoreRef.name` of the External Secrets operator. */
  readonly store?: string;
  /** Which ServiceMonitors a Prometheus of its operator reads; without a selector it reads none. */
  readonly monitors?: { readonly labels?: Selector; readonly namespaces: 'own' | 'all' | 'some' };
  /** `spec.dnsNames` of cert-manager. */
  readonly hosts?: readonly string[];
  /** `status.notAfter` of cert-manager, in ms since 1970. */
  readonly validUntil?: number;
  /** Somebody has deleted it, and it is still there. */
  readonly deletion?: CustomDeletion;
}

export interface CustomDeletion {
  /** RFC 3339. */
  readonly since: string;
  readonly finalizers: readonly string[];
  readonly source: Evidence;
}

/** Requests of one client in a log of the API server, alike in what they ask for; of its own log only those it rejected. */
export interface ApiRequests extends FactBase {
  /** The account: `system:serviceaccount:shop:web`, `system:node:n1`, a user's name. */
  readonly user?: string;
  /** Name and version of the program: `logship/v1.2.0`. */
  readonly userAgent?: string;
  /** get, list, watch, create, patch … */
  readonly verb: string;
  /** `pods`, `nodes/status`, `deployments.apps`, or a path. */
  readonly resource: string;
  readonly count: number;
  /** Of them answered with 429 Too Many Requests. */
  readonly rejected: number;
  /** Requests of all clients in the same log, of the same choice. */
  readonly total: number;
  /** From the first to the last of them, in milliseconds. */
  readonly span?: number;
}

/** Area name → record. Every entry is also an area that a check can name in `needs` or `wants`. */
export interface FactTable {
  units: UnitStatus;
  filesystems: Filesystem;
  etcdEndpoints: EtcdEndpoint;
  etcdHealth: EtcdHealth;
  etcdMembers: EtcdMember;
  etcdAlarms: EtcdAlarm;
  certificates: Certificate;
  gpus: Gpu;
  toolFailures: ToolFailure;
  toolChecks: ToolCheck;
  metrics: MetricScrape;
  alerts: Alert;
  probes: Probe;
  nodeUsage: NodeUsage;
  podUsage: PodUsage;
  healthChecks: HealthCheck;
  commandFailures: CommandFailure;
  commandTimings: CommandTiming;
  timeSync: TimeSync;
  hostValues: HostValue;
  configFiles: ConfigFile;
  runtimeContainers: RuntimeContainer;
  diskUse: DiskUse;
  processes: ProcessList;
  fabricPorts: FabricPort;
  releases: HelmRelease;
  customResources: CustomResource;
  accessReviews: AccessReview;
  apiRequests: ApiRequests;
}
export type FactArea = keyof FactTable;

/** A text or file that could not be understood, in whole or in part. */
export interface Unread {
  readonly file: string;
  readonly line?: number;
  readonly reason: string;
}
