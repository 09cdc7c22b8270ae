import { DCGM_FAMILIES } from '../gpu/dcgm-exporter.ts';

/**
 * The metric families that are kept of a /metrics page, and why. Everything else is read past: an API server prints
 * 3 MB of which checks read a fiftieth. A name stands for itself and for `_bucket`, `_sum` and `_count`.
 */
export const KEPT_FAMILIES: readonly string[] = [
  // When the process started: counters and histograms count from there.
  'process_start_time_seconds',
  'kubernetes_build_info',

  // Is the API server slow, overloaded, or failing, and in which verb?
  'apiserver_request_sli_duration_seconds',
  'apiserver_request_duration_seconds',
  'apiserver_request_total',
  'apiserver_current_inflight_requests',
  'apiserver_flowcontrol_rejected_requests_total',
  // Webhooks and aggregated APIs that make it so.
  'apiserver_admission_webhook_admission_duration_seconds',
  'apiserver_admission_webhook_rejection_count',
  'aggregator_unavailable_apiservice',
  // What fills etcd, seen from the API server (three names by version), and removed APIs in use.
  'apiserver_storage_objects',
  'apiserver_resource_objects',
  'etcd_object_counts',
  'apiserver_requested_deprecated_apis',
  'etcd_request_duration_seconds',

  // etcd: disk, network, leader, size (etcd's own alerting rules read these).
  'etcd_disk_wal_fsync_duration_seconds',
  'etcd_disk_backend_commit_duration_seconds',
  'etcd_server_has_leader',
  'etcd_server_leader_changes_seen_total',
  'etcd_server_proposals_failed_total',
  'etcd_server_proposals_pending',
  'etcd_server_proposals_committed_total',
  'etcd_server_proposals_applied_total',
  'etcd_server_slow_apply_total',
  'etcd_server_quota_backend_bytes',
  'etcd_mvcc_db_total_size_in_bytes',
  'etcd_mvcc_db_total_size_in_use_in_bytes',
  'etcd_debugging_mvcc_db_total_size_in_bytes',
  'grpc_server_handled_total',
  'grpc_server_handling_seconds',

  // Scheduler and controllers that fall behind.
  'scheduler_pending_pods',
  'scheduler_schedule_attempts_total',
  'scheduler_scheduling_attempt_duration_seconds',
  'scheduler_plugin_execution_duration_seconds',
  'workqueue_depth',
  'workqueue_queue_duration_seconds',
  'workqueue_longest_running_processor_seconds',

  // Kubelet, runtime and cgroups.
  'kubelet_pleg_relist_duration_seconds',
  'kubelet_runtime_operations_duration_seconds',
  'kubelet_pod_start_sli_duration_seconds',
  'kubelet_node_name',
  'kubelet_certificate_manager_client_ttl_seconds',
  'kubelet_volume_stats_available_bytes',
  'kubelet_volume_stats_capacity_bytes',
  'kubelet_volume_stats_inodes',
  'kubelet_volume_stats_inodes_used',
  'container_cpu_cfs_periods_total',
  'container_cpu_cfs_throttled_periods_total',

  // GPUs, one sample for each card.
  ...DCGM_FAMILIES,

  // DNS.
  'coredns_dns_responses_total',
];

/** The first family that a page prints names its program. Order matters: aggregated servers share apiserver_*. */
export const COMPONENTS: readonly (readonly [family: string, component: string])[] = [
  ['etcd_server_has_leader', 'etcd'],
  ['metrics_server_', 'metrics-server'],
  ['apiserver_storage_objects', 'kube-apiserver'],
  ['apiserver_resource_objects', 'kube-apiserver'],
  ['apiserver_current_inflight_requests', 'kube-apiserver'],
  ['scheduler_schedule_attempts_total', 'kube-scheduler'],
  ['scheduler_pending_pods', 'kube-scheduler'],
  ['node_collector_', 'kube-controller-manager'],
  ['endpoint_slice_controller_', 'kube-controller-manager'],
  ['cronjob_controller_', 'kube-controller-manager'],
  ['replicaset_controller_', 'kube-controller-manager'],
  ['ttl_after_finished_controller_', 'kube-controller-manager'],
  ['attachdetach_controller_', 'kube-controller-manager'],
  ['pv_collector_', 'kube-controller-manager'],
  ['kubelet_', 'kubelet'],
  ['cadvisor_version_info', 'cadvisor'],
  ['container_cpu_usage_seconds_total', 'cadvisor'],
  ['coredns_', 'coredns'],
  ['kubeproxy_', 'kube-proxy'],
  ['kube_pod_info', 'kube-state-metrics'],
  ['felix_', 'calico-node'],
  ['cilium_', 'cilium-agent'],
  ['DCGM_FI_', 'dcgm-exporter'],
  ['node_cpu_seconds_total', 'node-exporter'],
  ['nginx_ingress_controller_', 'ingress-nginx'],
];
