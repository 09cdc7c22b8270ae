#!/usr/bin/env bats
# The collector against stand-ins for kubectl and the tools of a node, in six shells.

SHELLS='dash|busybox sh|bash --posix|mksh|yash|posh'

setup() {
  here=$BATS_TEST_DIRNAME
  script=$here/../../collectors/kubestrata-collect.sh
  out=$BATS_TEST_TMPDIR/bundle.tar.gz
  PATH=$here/stubs:$PATH
  cd "$BATS_TEST_TMPDIR"
}

# Fails when the command succeeds. (A bare `! command` never fails a test: the shell's errexit ignores it.)
refute() { if "$@"; then return 1; fi; }

# Unpacks the bundle and leaves its folder in $bundle.
unpack() {
  rm -rf unpacked && mkdir unpacked
  tar -xzf "$out" -C unpacked
  bundle=$(echo unpacked/*)
}

# The manifest has a header and nothing but whole entries, and every file it names with bytes is there.
valid() {
  [ "$(tar -tzf "$out" | head -n 1)" = "${bundle#unpacked/}/manifest.jsonl" ]
  node -e '
    const fs = require("fs");
    const lines = fs.readFileSync(process.argv[1] + "/manifest.jsonl", "utf8").trimEnd().split("\n").map((l) => JSON.parse(l));
    const [head, ...rest] = lines;
    if (head.format !== "kubestrata/bundle" || head.version !== 1 || Number.isNaN(Date.parse(head.collectedAt))) throw new Error("header");
    for (const e of rest) {
      if (typeof e.file !== "string" || !Array.isArray(e.argv) || !Number.isInteger(e.exit) || !(e.seconds >= 0)) throw new Error(JSON.stringify(e));
      if (e.bytes > 0 && fs.statSync(process.argv[1] + "/" + e.file).size !== e.bytes) throw new Error("bytes of " + e.file);
    }' "$bundle"
}

clean() { # nothing planted anywhere, names included
  refute grep -rilE 'canary|Y2FuYXJ5' "$bundle"
  tar -tzf "$out" >names
  refute grep -i canary names
}

in_shell() { # INDEX: the n-th shell of the list, or skip
  shell=$(echo "$SHELLS" | cut -d '|' -f "$1")
  command -v "${shell%% *}" >/dev/null || skip "${shell%% *} is not installed"
}

cluster_in() {
  in_shell "$1"
  run $shell "$script" cluster --context test --gap 1 -o "$out"
  [ "$status" -eq 0 ]
  unpack
  valid
  clean
  grep -q OOMKilled "$bundle/cluster/kubectl/pods.json"
  grep -q 'Access denied' "$bundle/cluster/logs/shop/api-1/api.previous.log"
  grep -q '"previous":true' "$bundle/manifest.jsonl"
  [ -s "$bundle/cluster/metrics/kube-apiserver.2.txt" ]
  grep -q 'in all' "$bundle/REDACTION.txt"
  [[ "$output" == *'cluster/kubectl/pods.json'* ]]
  [ -z "$(ls -A | grep kubestrata)" ]
}
@test 'cluster, canaries: dash' { cluster_in 1; }
@test 'cluster, canaries: busybox sh' { cluster_in 2; }
@test 'cluster, canaries: bash --posix' { cluster_in 3; }
@test 'cluster, canaries: mksh' { cluster_in 4; }
@test 'cluster, canaries: yash' { cluster_in 5; }
@test 'cluster, canaries: posh' { cluster_in 6; }

node_in() {
  in_shell "$1"
  run $shell "$script" node --node-name Worker-1 --etcd-endpoints http://127.0.0.1:1 -o "$out"
  [ "$status" -eq 0 ]
  unpack
  valid
  clean
  grep -q '"mode":"node","node":"worker-1"' "$bundle/manifest.jsonl"
  grep -q 'NetworkPluginNotReady' "$bundle/nodes/worker-1/journal-kubelet.log"
  grep -q '"program":"kubelet"' "$bundle/manifest.jsonl"
  [ -s "$bundle/nodes/worker-1/systemctl-status-broken-job.txt" ]
  [ ! -e "$bundle/nodes/worker-1/systemctl-status-sshd.txt" ]
  grep -q NOSPACE "$bundle/nodes/worker-1/etcd/alarm-list.txt"
  grep -q -- '--config=/var/lib/kubelet/config.yaml' "$bundle/nodes/worker-1/ps.txt"
  grep -q '/srv/app$' "$bundle/nodes/worker-1/ps.txt"
}
@test 'node, canaries: dash' { node_in 1; }
@test 'node, canaries: busybox sh' { node_in 2; }
@test 'node, canaries: bash --posix' { node_in 3; }
@test 'node, canaries: mksh' { node_in 4; }
@test 'node, canaries: yash' { node_in 5; }
@test 'node, canaries: posh' { node_in 6; }

@test 'the filter masks the same under mawk, gawk and busybox awk, and leaves JSON whole' {
  sed -n "/^FILTER='/,/^'\$/p" "$script" | sed "1s/^FILTER='//;\$d" >filter.awk
  tried=0
  for awk in mawk gawk 'busybox awk'; do
    command -v "${awk%% *}" >/dev/null || continue
    tried=$((tried + 1))
    for f in pods.json configmaps.json container.log static-pod.yaml; do
      mode=text
      case $f in *.json) mode=json ;; esac
      $awk -v mode=$mode -v max=1000000 -f filter.awk "$here/fixtures/$f" >"$f.$tried"
      [ "$tried" = 1 ] || cmp "$f.1" "$f.$tried"
      refute grep -iE 'canary|Y2FuYXJ5' "$f.$tried"
      [ $mode = text ] || node -e 'JSON.parse(require("fs").readFileSync(process.argv[1]))' "$f.$tried"
    done
  done
  [ "$tried" -gt 0 ]
  # What a diagnosis needs stays.
  grep -q 'using password: YES' container.log.1
  grep -q 'secret "db-token" not found' container.log.1
  grep -q 'image": "registry.test/shop/token-service:1.4.2"' pods.json.1
  grep -q '"secretName": "api-tls-secret"' pods.json.1
  grep -q '"key": "password"' pods.json.1
  grep -q '"value": "mysql.shop"' pods.json.1
  grep -q '"value": "mysql://root:\*\*\*@mysql.shop:3306/app"' pods.json.1
  grep -q -- '--key-file=/etc/kubernetes/pki/etcd/server.key' static-pod.yaml.1
}

@test 'every planted secret would be found without the filter' {
  # The canary tests can fail: each kind is there in what the stand-ins print.
  cat "$here"/fixtures/* "$here"/stubs/* >all
  for n in $(seq 1 45); do
    c=$(printf 'canary%02d' "$n")
    [ "$n" = 6 ] && c=Y2FuYXJ5MDY6
    [ "$n" = 26 ] || [ "$n" = 27 ] && c="[cC][aA][nN][aA][rR][yY]$n"
    grep -q "$c" all
  done
}

@test 'prose of pull and login errors is no credential' {
  sed -n "/^FILTER='/,/^'\$/p" "$script" | sed "1s/^FILTER='//;\$d" >filter.awk
  cat >prose <<'TEXT'
pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed
failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://auth.test/token: 403 Forbidden
failed calling webhook "secrets.test": failed to call webhook: Post "https://hook.test": EOF
Unable to retrieve some image pull secrets pod="shop/api-1" secret="shop/registry-login" err="secret not found"
MountVolume.SetUp failed for volume "app-secret" : references non-existent secret key: password
Error: secret "db-password" not found
FATAL: password authentication failed for user "app"
kernel: sk_stream_kill_queues_and_more_of_it+0x11/0x20 tcp_sk_destruct_sock_and_more+0x1/0x2
invalid bearer token, token has expired
TEXT
  awk -v mode=text -f filter.awk prose >masked
  diff prose masked
}

@test '--list runs nothing' {
  mkdir bin
  for tool in kubectl journalctl systemctl; do printf '#!/bin/sh\ntouch %s/ran\n' "$PWD" >bin/$tool; chmod +x bin/$tool; done
  PATH=$PWD/bin:$PATH run sh "$script" all --list -o "$out"
  [ "$status" -eq 0 ]
  [[ "$output" == *'kubectl --request-timeout=28s get pods -A -o json'* ]]
  [[ "$output" == *'journalctl -u kubelet.service'* ]]
  [ ! -e ran ] && [ ! -e "$out" ]
}

@test 'wrong use: status 1, nothing written' {
  for bad in --wrong 'cluster node' '-n' '-n A_B' '--since yesterday' '--tail x' '--max-size 0' '--timeout 0'; do
    run sh "$script" $bad
    [ "$status" -eq 1 ]
  done
  [ -z "$(ls -A)" ]
}

@test 'nothing to collect from: status 2' {
  mkdir bin && for t in sh awk tar id cat; do ln -s "$(command -v $t)" bin/$t; done
  PATH=$PWD/bin run bin/sh "$script" cluster
  [ "$status" -eq 2 ] || [ -x /usr/bin/kubectl ] || [ -x /usr/local/bin/kubectl ]
}

@test 'kubectl refused: its words are the evidence, the rest is not tried' {
  STUB_KUBECTL=fail run sh "$script" cluster --context test --gap 0 -o "$out"
  [ "$status" -eq 0 ]
  unpack
  valid
  grep -q 'was refused' "$bundle/cluster/kubectl/nodes.json"
  [ "$(wc -l <"$bundle/manifest.jsonl")" -eq 5 ]
  [[ "$output" == *'does not answer'* ]]
}

@test 'kubectl hangs: its time limit ends it' {
  started=$(date +%s)
  STUB_KUBECTL=hang run sh "$script" cluster --context test --timeout 1 --gap 0 -o "$out"
  [ "$status" -eq 0 ]
  [ $(($(date +%s) - started)) -lt 40 ]
  unpack
  valid
  [ "$(grep -c '"exit":124' "$bundle/manifest.jsonl")" -eq 4 ]
}

@test 'kubectl hangs and there is no timeout command' {
  mkdir bin
  for dir in /usr/bin /bin; do for t in "$dir"/*; do ln -sf "$t" bin/ 2>/dev/null; done; done
  rm -f bin/timeout
  sed 's|^  PATH=\$PATH:.*||' "$script" >without.sh
  PATH=$here/stubs:$PWD/bin STUB_KUBECTL=hang run sh without.sh cluster --context test --timeout 1 --gap 0 -o "$out"
  [ "$status" -eq 0 ]
  unpack
  valid
  [ "$(grep -c '"exit":124' "$bundle/manifest.jsonl")" -eq 4 ]
}

@test 'kubectl forbidden: each refusal is recorded, all is tried' {
  STUB_KUBECTL=forbidden run sh "$script" cluster --context test --gap 0 -o "$out"
  [ "$status" -eq 0 ]
  unpack
  valid
  grep -q Forbidden "$bundle/cluster/kubectl/pods.json"
  grep -q Forbidden "$bundle/cluster/kubectl/networkpolicies.json"
}

@test 'megabytes: cut at --max-size, and the manifest says how' {
  STUB_KUBECTL=megabytes run sh "$script" cluster --context test --gap 0 --max-logs 3 --max-size 1 -o "$out"
  [ "$status" -eq 0 ]
  unpack
  valid
  grep '"truncated":"first 1 MB"' "$bundle/manifest.jsonl" | grep -q pods.json
  [ "$(wc -c <"$bundle/cluster/kubectl/pods.json")" -le 1000000 ]
}

@test 'output without end is cut, too' {
  STUB_KUBECTL=endless run sh "$script" cluster --context test --gap 0 --max-size 1 --timeout 5 --max-logs 3 -o "$out"
  [ "$status" -eq 0 ]
  unpack
  valid
  grep -q '"truncated":"first 1 MB"' "$bundle/manifest.jsonl"
}

@test 'garbage harms nothing' {
  STUB_KUBECTL=garbage run sh "$script" cluster --context test --gap 0 --max-logs 3 -o "$out"
  [ "$status" -eq 0 ]
  unpack
  valid
}

signal_in() { # INDEX SIGNAL
  in_shell "$1"
  STUB_JOURNAL=hang $shell "$script" node --node-name worker-1 --timeout 60 -o "$out" 2>messages &
  pid=$!
  # Until the hanging journalctl runs.
  for _ in $(seq 1 300); do
    if grep -qs '"ps","aux"' .kubestrata*/kubestrata*/manifest.jsonl; then break; fi
    sleep 0.1
  done
  sleep 1
  kill -s "$2" $pid
  status=0
  wait $pid || status=$?
  [ "$status" -eq 3 ]
  unpack
  valid
  grep -q 'cut short' messages
  [ -z "$(ls -A | grep '^\.kubestrata')" ]
  # What ran has ended with it.
  refute pgrep -P $pid
}
@test 'SIGTERM leaves a shorter bundle: dash' { signal_in 1 TERM; }
@test 'SIGTERM leaves a shorter bundle: busybox sh' { signal_in 2 TERM; }
@test 'SIGTERM leaves a shorter bundle: bash --posix' { signal_in 3 TERM; }
@test 'SIGTERM leaves a shorter bundle: mksh' { signal_in 4 TERM; }
@test 'SIGTERM leaves a shorter bundle: yash' { signal_in 5 TERM; }
@test 'SIGTERM leaves a shorter bundle: posh' { signal_in 6 TERM; }
@test 'SIGHUP leaves a shorter bundle' { signal_in 1 HUP; }

@test 'killed hard at any moment: a readable bundle or none' {
  for after in 0.05 0.2 0.5 1 1.7 2.5; do
    rm -f "$out"
    sh "$script" cluster --context test --gap 0 -o "$out" 2>/dev/null &
    pid=$!
    sleep "$after"
    kill -KILL $pid 2>/dev/null || true
    wait $pid 2>/dev/null || true
    sleep 0.3
    [ ! -e "$out" ] || tar -tzf "$out" >/dev/null
    rm -rf .kubestrata*
  done
}

df_says() { # KB-AT-FIRST KB-LATER
  mkdir -p bin
  cat >bin/df <<TEXT
#!/bin/sh
case \$* in
-Pk*)
  echo x >>"$PWD/asked"
  free=$1
  [ "\$(wc -l <"$PWD/asked")" -lt 10 ] || free=$2
  printf 'Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/x 100 0 %s 0%% /\n' "\$free"
  ;;
*) exec /bin/df "\$@" ;;
esac
TEXT
  chmod +x bin/df
}

@test 'no room: said before anything is collected' {
  df_says 1000 1000
  PATH=$PWD/bin:$PATH run sh "$script" cluster --context test --gap 0 -o "$out"
  [ "$status" -eq 4 ]
  [[ "$output" == *'MB free'* ]]
  [ ! -e "$out" ]
}

@test 'the disk fills while it runs: a shorter bundle, and it says so' {
  df_says 9000000 1000
  PATH=$PWD/bin:$PATH run sh "$script" cluster --context test --gap 0 -o "$out"
  [ "$status" -eq 3 ]
  [[ "$output" == *'nearly full'* ]]
  unpack
  valid
}

@test 'a disk that is really full: none, and it says so' {
  mkdir small
  mount -t tmpfs -o size=64k tmpfs small 2>/dev/null || skip 'cannot mount'
  df_says 9000000 9000000
  PATH=$PWD/bin:$PATH run sh "$script" cluster --context test --gap 0 -o small/b.tar.gz
  left=$(ls -A small)
  umount small
  [ "$status" -eq 4 ] || { [ "$status" -eq 0 ] && [ -n "$left" ]; }
  [[ "$output" == *'no bundle'* ]] || [ "$status" -eq 0 ]
}

@test 'from standard input to standard output, as over ssh' {
  sh -s -- node --node-name worker-1 -o - <"$script" >"$out" 2>messages
  unpack
  valid
  [ "$(grep -c . "$bundle/manifest.jsonl")" -gt 30 ]
}

@test 'one namespace: namespaced kinds from there only' {
  run sh "$script" cluster --context test --gap 0 -n shop -o "$out"
  [ "$status" -eq 0 ]
  unpack
  valid
  [ -s "$bundle/cluster/kubectl/shop/pods.json" ]
  refute grep -q '"-A"' "$bundle/manifest.jsonl"
}

@test '--probe and --etcd-exec ask from pods that run' {
  run sh "$script" cluster --context test --gap 0 --probe --etcd-exec -o "$out"
  [ "$status" -eq 0 ]
  unpack
  valid
  grep -q 'Connection refused' "$bundle"/cluster/probes/web-1-to-mysql.shop-3306.txt
  grep -q SERVFAIL "$bundle"/cluster/probes/web-1-nslookup-kubernetes.io.txt
  grep -q NOSPACE "$bundle/cluster/etcd/alarm-list.txt"
}

@test 'without --probe nothing is executed anywhere' {
  run sh "$script" cluster --context test --gap 0 -o "$out"
  unpack
  refute grep -q '"exec"' "$bundle/manifest.jsonl"
}

@test 'names that are none become no paths' {
  mkdir bin
  cat >bin/kubectl <<TEXT
#!/bin/sh
case \$* in
*' pods '*go-template*) printf '%s\\n' '../../x api-1 api false 1 Running worker-1 run running' 'shop ..-1 api false 1 Running n run running' 'shop \$(touch ran) a false 1 Running n run running' 'shop "x a false 1 Running n run running' 'shop -x a false 1 Running n run running' ;;
*' nodes '*go-template*) printf '%s\\n' '../../../n' '-n' 'a/b' ;;
*) exec $here/stubs/kubectl "\$@" ;;
esac
TEXT
  chmod +x bin/kubectl
  PATH=$PWD/bin:$PATH run sh "$script" cluster --context test --gap 0 -o "$out"
  [ "$status" -eq 0 ]
  unpack
  valid
  [ ! -e "$bundle/cluster/logs" ] && [ ! -e "$bundle/nodes" ] && [ ! -e ran ]
}

@test 'a list that was refused is stored as the refusal, not as an empty list' {
  mkdir bin
  cat >bin/kubectl <<TEXT
#!/bin/sh
case \$* in
*'get events'*)
  printf '{\n    "apiVersion": "v1",\n    "items": [],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n'
  echo 'Error from server (Forbidden): events is forbidden' >&2
  exit 1
  ;;
*) exec $here/stubs/kubectl "\$@" ;;
esac
TEXT
  chmod +x bin/kubectl
  PATH=$PWD/bin:$PATH run sh "$script" cluster --context test --gap 0 -o "$out"
  unpack
  valid
  [ "$(cat "$bundle/cluster/kubectl/events.json")" = 'Error from server (Forbidden): events is forbidden' ]
}

@test 'ended at any moment: status and bundle agree' {
  for after in 0.1 0.4 0.9 1.6 2.4; do
    rm -f "$out"
    sh "$script" cluster --context test --gap 0 -o "$out" 2>messages &
    pid=$!
    sleep "$after"
    kill -TERM $pid 2>/dev/null || true
    status=0
    wait $pid 2>/dev/null || status=$?
    case $status in
    0 | 3) unpack && valid ;;
    143) [ ! -e "$out" ] ;; # before anything was begun
    *) false ;;
    esac
    [ -z "$(ls -A | grep '^\.kubestrata')" ]
  done
}

@test 'a real etcd answers over loopback' {
  command -v etcd >/dev/null && [ -x /usr/bin/etcdctl ] || skip 'etcd is not installed'
  PATH=${PATH#*:}
  client=http://127.0.0.1:23790
  etcd --data-dir data --listen-client-urls $client --advertise-client-urls $client \
    --listen-peer-urls http://127.0.0.1:23800 --initial-advertise-peer-urls http://127.0.0.1:23800 \
    --initial-cluster default=http://127.0.0.1:23800 >etcd.log 2>&1 3>&- &
  etcd=$!
  for _ in $(seq 1 100); do
    ETCDCTL_API=3 etcdctl --endpoints=$client endpoint health >/dev/null 2>&1 && break
    sleep 0.2
  done
  run sh "$script" node --node-name cp-1 --etcd-endpoints $client -o "$out"
  kill $etcd
  [ "$status" -eq 0 ]
  unpack
  valid
  grep -q '"health":true' "$bundle/nodes/cp-1/etcd/endpoint-health.json"
  grep -q raftTerm "$bundle/nodes/cp-1/etcd/endpoint-status.json"
  grep -q '"exit":0.*"bytes":0' <(grep alarm-list "$bundle/manifest.jsonl")
  grep -q '"hash":[0-9]' "$bundle/nodes/cp-1/etcd/endpoint-hashkv.json"
}

@test 'a real journal is read, as journalctl prints it' {
  remote=/lib/systemd/systemd-journal-remote
  [ -x $remote ] && [ -x /usr/bin/journalctl ] || skip 'systemd-journal-remote is not installed'
  now=$(date +%s)
  entry() { # SECONDS-AGO UNIT IDENTIFIER MESSAGE
    printf '__REALTIME_TIMESTAMP=%s000000\n__MONOTONIC_TIMESTAMP=1000000\n_BOOT_ID=%s\n' $((now - $1)) 0123456789abcdef0123456789abcdef
    printf '_HOSTNAME=worker-1\n_SYSTEMD_UNIT=%s\nSYSLOG_IDENTIFIER=%s\n_PID=812\nMESSAGE=%s\n\n' "$2" "$3" "$4"
  }
  {
    entry 200000 kubelet.service kubelet 'older than what is asked for'
    entry 60 kubelet.service kubelet 'NetworkPluginNotReady message:cni plugin not initialized'
    entry 50 containerd.service containerd 'level=info msg="starting"'
    entry 40 sshd.service sshd 'Accepted publickey for ops'
    entry 30 kubelet.service kubelet 'login with password=canary-journal-1 failed'
  } | $remote -o "$PWD/node.journal" - >/dev/null 2>&1
  mkdir bin
  printf '#!/bin/sh\nexec /usr/bin/journalctl --file="%s" "$@"\n' "$PWD/node.journal" >bin/journalctl
  chmod +x bin/journalctl
  PATH=$PWD/bin:$PATH run sh "$script" node --node-name worker-1 -o "$out"
  [ "$status" -eq 0 ]
  unpack
  valid
  log=$bundle/nodes/worker-1/journal-kubelet.log
  [ "$(wc -l <"$log")" -eq 2 ]
  grep -Eq '^[0-9-]+T[0-9:.]+[+-][0-9:]+ worker-1 kubelet\[812\]: NetworkPluginNotReady' "$log"
  refute grep -q canary-journal "$log"
  grep -q 'starting' "$bundle/nodes/worker-1/journal-containerd.log"
  refute grep -rq "Accepted publickey" "$bundle"
}

@test 'disks and the service processor are asked where their tools are' {
  disk=$(find /sys/block -name 'sd*' -o -name 'nvme*n*' | head -n 1)
  mkdir bin
  printf '#!/bin/sh\necho "$@" >>%s/asked\necho "SMART overall-health self-assessment test result: FAILED!"\nexit 8\n' "$PWD" >bin/smartctl
  chmod +x bin/smartctl
  PATH=$PWD/bin:$PATH run sh "$script" node --node-name worker-1 -o "$out"
  [ "$status" -eq 0 ]
  unpack
  valid
  if [ -n "$disk" ]; then
    grep -q -- "-n standby -H -A /dev/${disk##*/}" asked
    grep -q 'FAILED!' "$bundle/nodes/worker-1/smartctl-${disk##*/}.txt"
    grep -q '"exit":8' <(grep smartctl "$bundle/manifest.jsonl")
  else
    [ ! -e asked ]
  fi
  run sh "$script" node --list
  [[ "$output" == *'smartctl -n standby -H -A DISK'* ]] && [[ "$output" == *'ipmitool sel list last 200'* ]]
}
