#!/bin/sh
# kubestrata-collect: gathers a support bundle of a Kubernetes cluster and of this machine, for `kubestrata analyze`.
#
# It only reads. It starts no pod, pulls no image, installs nothing, changes nothing, and sends nothing anywhere: the
# result is one file, which you can look into before you give it away. Values of Secrets are never read into it, and
# what looks like a credential elsewhere is masked before it is written; REDACTION.txt in the bundle says what was.
#
# POSIX sh, awk and tar are all it needs. Format of the bundle: docs/bundle-format.md. How to use it: docs/collecting.md.
#
# Read it from the bottom: `main` says what happens, `collect_cluster` and `collect_node` what is asked.
#
# shellcheck disable=SC2015,SC2016,SC2317
# (A && B || C is meant so; awk and Go templates stand in single quotes; some functions are called by name.)

VERSION=1

usage() {
  cat <<'TEXT'
Usage: sh kubestrata-collect.sh [cluster|node|all] [options]

Gathers what `kubestrata analyze` reads. Reads only; nothing is installed, started or sent.
Without a mode: the cluster where kubectl works, the node where this is root on a Kubernetes node, both where both hold.

  -n, --namespace NS     only this namespace (repeatable; default: all)
      --since 24h        how far back logs go (30m, 24h, 7d)
      --tail N           at most N lines of one log (5000)
      --max-size MB      at most MB megabytes of one output (20)
      --max-logs N       logs of at most N containers, the unhealthy ones first (300)
      --max-nodes N      metrics of at most N kubelets through the API server (10)
      --timeout SECONDS  for one command (30)
      --gap SECONDS      between the two readings of metrics (30)
      --context NAME, --kubeconfig FILE
      --node-name NAME   what the cluster calls this machine, when the host name is not it
      --etcd-endpoints URLS, --etcd-cacert FILE, --etcd-cert FILE, --etcd-key FILE
      --etcd-exec        ask etcd through its static pod (kubectl exec)
      --probe            also try DNS and connections from pods that run already (kubectl exec)
  -o, --output FILE      where the bundle goes; `-` is standard output
      --list             print what would be run; run nothing
  -h, --help

Exit status: 0 all ran (commands that failed are in the manifest), 1 usage, 2 nothing to collect from,
3 stopped early but the bundle is there, 4 no bundle.
TEXT
}

say() { printf '%s\n' "$*" >&2; }
die() { # STATUS MESSAGE
  say "kubestrata-collect: $2"
  exit "$1"
}
has() { command -v "$1" >/dev/null 2>&1; }

# ---------------------------------------------------------------------------------------------------------------------
# The filter. Everything that is stored runs through it: it masks credentials and cuts at the size limit.
# Variables: mode (text, json, ps), max (bytes), stat (file for the counts).
# It must hold for mawk, gawk and busybox awk: no interval expressions, no gawk functions.
# ---------------------------------------------------------------------------------------------------------------------
FILTER='
function count(what) { masked[what]++; return "***" }

# Replaces what matches re and is at least min long; lead is a class of characters before it that stay.
function cut(s, re, min, what, lead,   out, from, len) {
  out = ""
  while (match(s, re)) {
    from = RSTART; len = RLENGTH
    if (lead != "" && substr(s, from, 1) ~ lead) { from++; len-- }
    if (len >= min) out = out substr(s, 1, from - 1) count(what)
    else out = out substr(s, 1, from + len - 1)
    s = substr(s, from + len)
  }
  return out s
}

# Does the name say that its value is a credential? A name that only points to one (a file, a host, a user) does not.
function credential(name,   l) {
  l = tolower(name)
  if (l ~ /(file|filename|path|dir|directory|name|namespace|ref|url|uri|host|port|user|username|ttl|seconds|expiry|expiration|expires|length|size|count|enabled|type|policy|provider|class|mode|version|hash|tokens|address|issuer|audience|audiences|tokenizer|id)$/) {
    return l ~ /(access[_.-]?key[_.-]?id|secret[_.-]?id)$/
  }
  return l ~ /passw|passphrase|^pwd|pwd$|pwd[_.-]|secret|token|credential|(api|access|private|encryption|encrypt|signing|master|account|auth|license|shared|client|ssh|storage|secret|app|consumer|session|jwt|webhook)[_.-]?key$|key[_.-]?data$|certificate-data$|^auth$|[_.-]auth$|authorization|cookie|^pass$|[_.-]pass$|^pin$|[_.-]pin$|[_.-]salt$|[_.-]pat$|^psk$|[_.-]psk$/
}
# In env and ConfigMap data every NAME_KEY is taken for one.
function credential_key(name) { return credential(name) || tolower(name) ~ /(^|[_.-])key$/ }

# How many leading characters of t are the value of an assignment. whole: up to the end of the line.
function value_length(t, whole,   n, c, d, i, quote) {
  n = length(t)
  if (whole && t !~ /^\\*["\047]/) {
    for (i = 1; i <= n; i++) {
      c = substr(t, i, 1)
      if (c == "\\") { d = substr(t, i + 1, 1); if (d == "n" || d == "r" || d == "\"") return i - 1; i++ }
      else if (c == "\"") return i - 1
    }
    return n
  }
  quote = substr(t, 1, 1)
  if (quote == "\\" && substr(t, 2, 1) == "\"") {
    i = index(substr(t, 3), "\\\"")
    # \\\" inside is a quote of the value itself.
    while (i > 1 && substr(t, i + 1, 1) == "\\") {
      d = index(substr(t, i + 4), "\\\"")
      if (d == 0) { i = 0; break }
      i = i + 1 + d
    }
    return i == 0 ? n : i + 1 + 2
  }
  if (quote == "\"" || quote == "\047") {
    for (i = 2; i <= n; i++) {
      c = substr(t, i, 1)
      if (c == "\\") i++
      else if (c == quote) return i
    }
    return n
  }
  for (i = 1; i <= n; i++) {
    c = substr(t, i, 1)
    if (c == "\\") { d = substr(t, i + 1, 1); if (d == "n" || d == "r" || d == "t" || d == "\"") return i - 1; i++ }
    else if (c ~ /[ \t,;&"\047]/) return i - 1
  }
  return n
}

# name=value, name: value, "name":"value", --name value, also escaped inside a JSON string.
function assignments(s,   out, l, from, name, sep, t, len, v, bare, spaced, prev, quoted, whole) {
  out = ""
  l = tolower(s)
  while (match(l, /(pass|pwd|secret|token|credential|key|auth|cookie|certificate-data|pin|salt|pat|psk)[a-z0-9_.-]*(\\*["\047])?([ \t]*[:=]+>?[ \t]*|[ \t]+)/)) {
    from = RSTART
    len = RLENGTH
    while (from > 1 && RSTART - from < 64 && substr(l, from - 1, 1) ~ /[a-z0-9_.-]/) from--
    name = substr(l, from, RSTART + len - from)
    sep = name
    sub(/^[a-z0-9_.-]*/, "", sep)
    name = substr(name, 1, length(name) - length(sep))
    prev = from > 1 ? substr(l, from - 1, 1) : ""
    bare = name
    sub(/^-+/, "", bare)
    t = substr(s, RSTART + len)
    out = out substr(s, 1, RSTART + len - 1)
    s = t
    l = substr(l, RSTART + len)
    if (!credential(bare)) continue
    quoted = sep ~ /^\\*["\047]/
    spaced = sep !~ /[:=]/
    if (spaced && (name !~ /^--/ || t ~ /^-/)) continue
    # volume "db-token" : configmap ... is a sentence; "password" : "x" is JSON.
    if (quoted && sep ~ /["\047][ \t]+[:=]/ && t !~ /^\\*["\047]/) continue
    # The end of an address and an image (name:tag) are no assignments.
    if (prev == "/" && sep ~ /^:/) continue
    if (sep == ":" && (bare !~ /(password|passwd|pwd|passphrase|secret|token|key)$/)) continue
    # In YAML the value is all of the line, in a header too.
    whole = (bare ~ /authorization|cookie/) || (sep ~ /^:[ \t]/ && out ~ /(^|\\n|^[0-9T:.Z-]+ )[ \t-]*[A-Za-z0-9_.-]+:[ \t]+$/)
    len = value_length(t, whole)
    v = substr(t, 1, len)
    bare_value = v
    gsub(/[\\"\047]/, "", bare_value)
    if (bare_value == "" || bare_value == "***" || bare_value ~ /^(true|false|null|nil|<nil>|none|<none>|YES\)?|NO\)?|\|-?|>-?|\[|\{|\\?\[\]|\{\})$/ || bare_value ~ /^\$[({][A-Za-z0-9_.]+[)}]$/) continue
    # klog names a Secret as namespace/name.
    if (bare ~ /secret$/ && bare_value ~ "^[a-z0-9.-]+/[a-z0-9.-]+$") continue
    if (bare_value ~ /^\[?\{/) continue
    # "... may require authorization: server message: ..." likewise.
    if (bare ~ /authorization/ && sep ~ /^: / && t ~ /^[a-z]+ [a-z]/ && t !~ /^(basic|bearer|digest|token|negotiate|apikey) /) continue
    # "failed to fetch anonymous token: unexpected status from GET" is a sentence.
    if (!whole && sep ~ /^(\\*["\047])?: / && v ~ /^[a-z]+$/ && substr(t, len + 1) ~ /^ [a-z]/ && bare !~ /pass|pwd/) continue
    count("value of " (bare ~ /passw|pwd|pass|pin/ ? "a password" : bare ~ /key/ ? "a key" : bare ~ /token/ ? "a token" : "a credential"))
    # Quotes stay, so that what was JSON stays JSON.
    if (v ~ /^\\"/) out = out "\\\"***" (v ~ /..\\"$/ ? "\\\"" : "")
    else if (v ~ /^"/) out = out "\"***" (v ~ /.."$|^""$|."$/ ? "\"" : "")
    else if (v ~ /^\047/) out = out "\047***" (v ~ /.\047$/ ? "\047" : "")
    else out = out "***"
    s = substr(t, len + 1)
    l = tolower(s)
  }
  return out s
}

function pem(s,   out, head) {
  out = ""
  while (match(s, /-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----/)) {
    out = out substr(s, 1, RSTART - 1) count("private key")
    s = substr(s, RSTART + RLENGTH)
    if (match(s, /-----END [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----/)) s = substr(s, RSTART + RLENGTH)
    else { s = ""; in_pem = 200 }
  }
  return out s
}

function bearer(s,   out, l, v) {
  out = ""
  l = tolower(s)
  while (match(l, "bearer[ :=]+[a-z0-9._~+/=-]+")) {
    v = substr(l, RSTART, RLENGTH)
    sub(/^bearer[ :=]+/, "", v)
    out = out substr(s, 1, RSTART + RLENGTH - 1 - length(v))
    if (length(v) >= 20 || (length(v) >= 8 && v ~ /[0-9]/)) out = out count("bearer token")
    else out = out substr(s, RSTART + RLENGTH - length(v), length(v))
    s = substr(s, RSTART + RLENGTH)
    l = substr(l, RSTART + RLENGTH)
  }
  return out s
}

# scheme://user:password@host
function urls(s,   out, m, at) {
  out = ""
  while (match(s, "://[^/ :@\"\047<>\\\\]*:([^ \"/@<>\\\\]|\\\\u)*@") || match(s, "://[^/ :@\"\047<>\\\\]*:[^0-9 \"/\\\\][^ \"@<>\\\\]*@")) {
    m = substr(s, RSTART, RLENGTH)
    at = index(substr(m, 4), ":")
    if (substr(m, 4 + at) == "***@") { out = out substr(s, 1, RSTART + RLENGTH - 1); s = substr(s, RSTART + RLENGTH); continue }
    out = out substr(s, 1, RSTART - 1) substr(m, 1, 3 + at) count("password in a URL") "@"
    s = substr(s, RSTART + RLENGTH)
  }
  return out s
}

# user:password@tcp(host:port)/db of Go database drivers
function drivers(s,   out) {
  out = ""
  while (match(s, /:[^ :@"\\]+@(tcp|unix)/)) {
    out = out substr(s, 1, RSTART) count("password in a URL")
    s = substr(s, RSTART + RLENGTH - (substr(s, RSTART + RLENGTH - 4, 1) == "@" ? 4 : 5))
  }
  return out s
}

function scrub(s,   l) {
  l = tolower(s)
  if (l !~ /pass|pwd|secret|token|cred|key|auth|bearer|cookie|:\/\/|@tcp|@unix|eyj|akia|asia|aroa|gh[pousr]_|github_pat|glpat|xox|aiza|ya29|sk-|sk_|hf_|nvapi|npm_|pypi-|dckr_|sg\.|hvs\.|ls0tls1|psk|pin|salt|pat|mysql|mariadb|certificate-data/) return s
  if (index(s, "-----BEGIN ")) s = pem(s)
  if (l ~ /:\/\//) {
    s = urls(s)
    s = cut(s, "://[A-Za-z0-9_-]+@", 20, "token in a URL", "")
  }
  if (l ~ /@tcp|@unix/) s = drivers(s)
  if (l ~ /bearer/) s = bearer(s)
  if (l ~ /eyj/) {
    s = cut(s, "eyJ[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.]?[A-Za-z0-9_.-]*", 24, "JSON web token", "")
    s = cut(s, "eyJ[A-Za-z0-9+/=_-]+", 60, "encoded JSON", "")
  }
  if (l ~ /akia|asia|aroa/) s = cut(s, "(AKIA|ASIA|AROA)[0-9A-Z]+", 20, "AWS key", "")
  if (l ~ /gh[pousr]_|github_pat|glpat|xox|aiza|ya29|sk-|sk_|hf_|nvapi|npm_|pypi-|dckr_|sg\.|hvs\./) {
    s = cut(s, "(gh[pousr]_|github_pat_|glpat-|nvapi-|npm_|pypi-|dckr_pat_|hvs[.]|ya29[.]|xox[abeoprs]-)[A-Za-z0-9_.-]+", 16, "access token", "")
    s = cut(s, "(^|[^A-Za-z0-9_])(sk-|[sr]k_live_|[sr]k_test_|AIza|SG[.])[A-Za-z0-9_.-]+", 22, "access token", "[^A-Za-z0-9_]")
    s = cut(s, "(^|[^A-Za-z0-9_])hf_[A-Za-z0-9]+", 22, "access token", "[^A-Za-z0-9_]")
  }
  if (l ~ /ls0tls1/) s = cut(s, "LS0tLS1CRUdJTi(BSU0EgUFJJVkFUR|BQUklWQVRF|BFQyBQUklWQVRF|BPUEVOU1NIIFBSSVZBVE|BFTkNSWVBURUQgUFJJVkFUR|BEU0EgUFJJVkFUR|BQR1AgUFJJVkFUR)[A-Za-z0-9+/=]+", 20, "private key", "")
  if (l ~ /mysql|mariadb/) s = cut(s, "[ \"]-p[^ \"\\\\]+", 3, "value of a password", "[ \"]")
  return assignments(s)
}

# One line of pretty-printed JSON (kubectl, crictl): the key decides, then the value.
function json_line(line,   head, key, val, tail) {
  if (match(line, /^[ \t]*"[^"\\]*":[ \t]*/)) {
    head = substr(line, 1, RLENGTH)
    val = substr(line, RLENGTH + 1)
    key = head
    sub(/^[ \t]*"/, "", key); sub(/":[ \t]*$/, "", key)
    if (key == "data" || key == "binaryData" || key == "stringData") if (val ~ /^\{$/) { data_indent = index(head, "\""); return line }
    if (val ~ /^[{[]/) { last = ""; if (val !~ /^[{[]$/) return head scrub(val); return line }
    if (val !~ /^"/) return line
  } else if (line ~ /^[ \t]*".*",?$/) {
    head = line
    sub(/".*$/, "", head)
    val = substr(line, length(head) + 1)
    key = ""
  } else {
    if (line ~ /^ *[{}\]],?$/) { last = ""; flag = 0; if (data_indent && index(line, "}") == data_indent) data_indent = 0; return line }
    return scrub(line)
  }
  tail = val ~ /",$/ ? "\"," : "\""
  val = substr(val, 2, length(val) - 1 - length(tail))
  if (val == "") return line
  if (key == "") {
    # An argument behind a flag of its own: "--password", "x".
    if (flag) { flag = 0; if (val !~ /^-/) return head "\"" count("argument") tail }
    flag = val ~ /^--?[A-Za-z]/ && val !~ /=/ && credential(val)
    if (val ~ /^-p./ && mysql) return head "\"" count("argument") tail
    if (val ~ /mysql|mariadb/) mysql = 1
    return head "\"" scrub(val) tail
  }
  flag = 0; mysql = 0
  if (key == "name") last = val
  if (key == "kubectl.kubernetes.io/last-applied-configuration") return head "\"" count("last-applied-configuration") tail
  if (key == "value" && last != "" && credential_key(last) && val !~ /^\$\([A-Za-z0-9_.-]+\)$/) return head "\"" count("value of an environment variable") tail
  if (data_indent && credential_key(key)) return head "\"" count("value in a ConfigMap") tail
  if (credential(key) && key !~ /^(secret|reason|message|kind)$/ && val !~ /^(true|false)$/) return head "\"" count("field or annotation") tail
  if (key == "secret" && val !~ "^[a-z0-9]([a-z0-9./-]*[a-z0-9])?$") return head "\"" count("field or annotation") tail
  val = scrub(val)
  if (in_pem) in_pem = 0
  return head "\"" val tail
}

# YAML of static pods and configuration: `- name: DB_PASSWORD` and the `value:` below it.
function text_line(line,   val) {
  if (line ~ /^[ \t-]*name:[ \t]/) { last = line; sub(/^[ \t-]*name:[ \t]*/, "", last); gsub(/["\047\r]/, "", last); return line }
  if (last != "" && line ~ /^[ \t]+value:[ \t]*[^ \t]/ && credential_key(last)) {
    match(line, /^[ \t]+value:[ \t]*/)
    count("value of an environment variable")
    return substr(line, 1, RLENGTH) "***"
  }
  if (line !~ /^[ \t]+valueFrom/) last = ""
  return scrub(line)
}

# `ps aux`: arguments only of the programs that Kubernetes is made of.
function ps_line(line,   program) {
  if (NR == 1) return line
  program = $11
  sub(/^.*\//, "", program)
  if (program ~ /^(kube|hyperkube|etcd|containerd|dockerd|docker-init|crio|cri-|k3s|rke2|k0s|microk8s|nvidia|nv-|coredns|flanneld|calico|cilium|chronyd|ntpd|systemd)/) return text_line(line)
  return $1 " " $2 " " $3 " " $4 " " $5 " " $6 " " $7 " " $8 " " $9 " " $10 " " $11
}

{
  taken += length($0) + 1
  if (max && taken > max + 1) { was_cut = 1; exit }
  if (in_pem) {
    in_pem--
    if ($0 ~ /-----END [A-Z0-9 ]*PRIVATE KEY/) in_pem = 0
    next
  }
  if (mode == "json") print json_line($0)
  else if (mode == "ps") print ps_line($0)
  else print text_line($0)
}
END {
  if (stat != "") {
    if (was_cut) print "cut" > stat
    for (what in masked) print masked[what] "\t" what > stat
  }
}
'

# A manifest line from: file exit centiseconds bytes truncated stderr meta argv… (JSON needs no more than this.)
ENTRY='
function q(s,   i, c, out) {
  out = ""
  for (i = 1; i <= length(s); i++) {
    c = substr(s, i, 1)
    if (c == "\"" || c == "\\") out = out "\\" c
    else if (c in control) out = out control[c]
    else out = out c
  }
  return "\"" out "\""
}
BEGIN {
  for (i = 1; i < 32; i++) control[sprintf("%c", i)] = sprintf("\\u%04x", i)
  line = "{\"file\":" q(ARGV[1]) ",\"argv\":["
  for (i = 8; i < ARGC; i++) line = line (i > 8 ? "," : "") q(ARGV[i])
  line = line "],\"exit\":" ARGV[2] ",\"seconds\":" sprintf("%.2f", ARGV[3] / 100) ",\"bytes\":" ARGV[4]
  if (ARGV[5] != "") line = line ",\"truncated\":" q(ARGV[5])
  if (ARGV[6] != "") line = line ",\"stderr\":" q(ARGV[6])
  print line ARGV[7] "}"
}
'

# ---------------------------------------------------------------------------------------------------------------------
# Running one command: its own time limit, its own record, no way to hurt the others.
# ---------------------------------------------------------------------------------------------------------------------

# Centiseconds of a clock that only goes forward, in $NOW. Eight digits, because some shells count in 32 bits.
now() {
  if read -r NOW _ 2>/dev/null </proc/uptime; then
    NOW=${NOW%.*}${NOW#*.}
  else
    NOW=$(date +%s)00
  fi
  while [ ${#NOW} -lt 8 ]; do NOW=0$NOW; done
  while [ ${#NOW} -gt 8 ]; do NOW=${NOW#?}; done
  NOW=1$NOW
}

# Ends a process and what it started. Without a ps that tells parents only the process itself.
kill_tree() { # SIGNAL PID
  for k in $(ps -A -o pid= -o ppid= 2>/dev/null | awk -v top="$2" '
    { parent[$1] = $2 }
    END {
      inside[top] = 1
      for (again = 1; again; ) {
        again = 0
        for (p in parent) if (!(p in inside) && (parent[p] in inside)) { inside[p] = 1; again = 1 }
      }
      for (p in inside) if (p != top) print p
    }') "$2"; do
    kill -s "$1" "$k" 2>/dev/null
  done
}

# The backstop behind `timeout`, and its stand-in: after its time the command goes, then the pipe it may still hold.
watchdog() { # ID SECONDS PIPELINE
  # $! and not a variable: the signal may come between the start of sleep and an assignment.
  trap 'kill "$!"; exit 0' TERM
  sleep "$2" &
  wait "$!"
  trap '' TERM
  : >"$STATE/late.$1"
  if read -r child 2>/dev/null <"$STATE/pid.$1"; then
    kill_tree TERM "$child"
    sleep 1
    kill_tree KILL "$child"
  fi
  sleep 1
  kill_tree KILL "$3"
}

# The command with its output through the filter. Two pipes: standard output and standard error never mix, and what the
# shell itself says about a command that was killed is in neither.
pipeline() { # ID FILE FORMAT ARGV…
  id=$1 file=$2 format=$3
  shift 3
  {
    {
      # shellcheck disable=SC2086
      $TIMEOUT "$@" </dev/null 2>&3 &
      echo "$!" >"$STATE/pid.$id"
      wait "$!"
      echo "$?" >"$STATE/rc.$id"
    } | first_bytes "$MAX_BYTES" | awk -v mode="$format" -v max="$MAX_BYTES" -v stat="$STATE/stat.$id" "$FILTER" >"$file"
  } 3>&1 2>/dev/null | {
    first_bytes 65536 | awk -v mode=text -v max=65536 "$FILTER" >"$STATE/err.$id"
    cat >/dev/null
  }
}

# Keeps a line without end from filling awk's memory; the filter does the exact cut.
first_bytes() { if [ "$HEAD_C" = 1 ]; then head -c "$(($1 + 2))"; else cat; fi; }

# Runs in the background as a process of its own; writes the manifest line when the command has ended.
supervise() { # ID PATH FORMAT META ARGV…
  run=$1 path=$2 kind=$3 meta=$4
  shift 4
  gone=''
  case $path in
  /*) out=$path ;;
  *) out=$ROOT/$path && mkdir -p "${out%/*}" 2>/dev/null ;;
  esac
  now
  began=$NOW
  (pipeline "$run" "$out" "$kind" "$@") &
  pipe=$!
  trap 'gone=1; read -r child 2>/dev/null <"$STATE/pid.$run" && kill_tree TERM "$child"; kill_tree TERM "$pipe"' TERM
  # It must hold no descriptor of ours: who reads our output would wait for it.
  watchdog "$run" "$WATCH" "$pipe" </dev/null >/dev/null 2>&1 &
  dog=$!
  wait "$pipe" 2>/dev/null
  kill "$dog" 2>/dev/null
  case $path in /*) return ;; esac
  now
  took=$((NOW - began))
  [ "$took" -ge 0 ] || took=$((took + 100000000))
  read -r rc 2>/dev/null <"$STATE/rc.$run" || rc=124
  cut=''
  if [ -n "$gone" ]; then
    cut='stopped while it ran' rc=143
  elif [ -e "$STATE/late.$run" ]; then
    rc=124
  elif [ "$rc" = 137 ] && [ -n "$TIMEOUT" ]; then
    rc=124 # timeout had to use its second, harder signal
  fi
  [ "$rc" != 124 ] || [ ! -s "$out" ] || cut="what came within $LIMIT seconds"
  # What the size limit broke off is no failure of the command.
  if grep -q '^cut' "$STATE/stat.$run" 2>/dev/null; then
    cut="first $MAX_MB MB"
    [ "$rc" = 124 ] || rc=0
  fi
  aside=''
  # A list that was refused is printed as an empty one by kubectl. It is no list.
  if [ "$kind$rc" = json1 ] && [ -s "$STATE/err.$run" ] && [ "$(head -n 5 "$out" | tr -d ' \n')" = '{"apiVersion":"v1","items":[],"kind":"List","metadata":{' ]; then
    rm -f "$out"
  fi
  if [ ! -s "$out" ]; then
    rm -f "$out"
    [ ! -s "$STATE/err.$run" ] || mv "$STATE/err.$run" "$out"
  elif [ -s "$STATE/err.$run" ]; then
    aside=$path.stderr
    mv "$STATE/err.$run" "$out.stderr"
  fi
  size=0
  [ ! -f "$out" ] || size=$(($(wc -c <"$out")))
  awk "$ENTRY" "$path" "$rc" "$took" "$size" "$cut" "$aside" "$meta" "$@" >>"$ROOT/manifest.jsonl"
  if [ -s "$STATE/stat.$run" ]; then
    awk -F '\t' -v file="$path" 'NF == 2 { print file "\t" $0 }' "$STATE/stat.$run" >>"$STATE/masked"
  fi
  rm -f "$STATE"/*."$run"
}

# Runs a command and stores its output. Up to $WIDTH at once; `settle` waits for all of them.
# A PATH that begins with / is for this script itself: it is filtered, but not part of the bundle.
collect() { # PATH FORMAT META ARGV…
  if [ -n "$LIST" ]; then
    shift 3
    printf '%s\n' "$*"
    return 0
  fi
  [ -z "$STOPPED" ] || return 1
  room || return 1
  COUNT=$((COUNT + 1))
  supervise "$COUNT" "$@" &
  RUNNING="$RUNNING $!"
  ACTIVE=$((ACTIVE + 1))
  [ "$ACTIVE" -lt "$WIDTH" ] || settle
}

settle() {
  for job in $RUNNING; do
    wait "$job" 2>/dev/null
    # A signal ends `wait` early; the handler has told the jobs to end.
    [ -z "$STOPPED" ] || wait "$job" 2>/dev/null
  done
  RUNNING=''
  ACTIVE=0
}

# A command that this machine does not have is a line in the manifest, too.
absent() { # PATH META ARGV…
  [ -z "$STOPPED" ] || return 0
  path=$1 meta=$2
  shift 2
  awk "$ENTRY" "$path" 127 0 0 '' '' "$meta" "$@" >>"$ROOT/manifest.jsonl"
}

stop() { # REASON
  STOPPED=$1
  say "kubestrata-collect: stopping ($1); what was collected so far is packed"
  for job in $RUNNING; do kill "$job" 2>/dev/null; done
}

# Free space: the packed bundle is never larger than what lies unpacked, so as much again must stay free, and a reserve.
free_kb() { df -Pk "$1" 2>/dev/null | awk 'NR == 2 && $4 ~ /^[0-9]+$/ { print $4 }'; }
room() {
  free=$(free_kb "$WORK")
  [ -n "$free" ] || return 0
  if [ $((COUNT % 8)) = 0 ]; then
    used=$(du -sk "$WORK" 2>/dev/null | awk 'NR == 1 { print $1 }')
    USED_KB=${used:-$USED_KB}
  fi
  [ "$free" -lt $((USED_KB + RESERVE_KB)) ] || return 0
  stop "the disk is nearly full: $((free / 1024)) MB free"
  return 1
}

# ---------------------------------------------------------------------------------------------------------------------
# The cluster, through kubectl.
# ---------------------------------------------------------------------------------------------------------------------

find_kubectl() {
  KUBECTL=''
  if has kubectl; then
    KUBECTL=kubectl
  elif has oc; then
    KUBECTL=oc
  elif has k3s; then
    KUBECTL='k3s kubectl'
  elif has microk8s; then
    KUBECTL='microk8s kubectl'
  elif [ -x /var/lib/rancher/rke2/bin/kubectl ]; then
    KUBECTL=/var/lib/rancher/rke2/bin/kubectl
  else
    return 1
  fi
  [ -z "$KUBECONFIG_OPTION" ] || return 0
  [ -z "${KUBECONFIG:-}" ] || return 0
  [ ! -e "${HOME:-/root}/.kube/config" ] || return 0
  for config in /etc/kubernetes/admin.conf /etc/rancher/rke2/rke2.yaml /etc/rancher/k3s/k3s.yaml; do
    if [ -r "$config" ]; then
      KUBECONFIG_OPTION=$config
      return 0
    fi
  done
  case $KUBECTL in k3s* | microk8s*) return 0 ;; esac
  # In a pod the service account is the way.
  [ -n "${KUBERNETES_SERVICE_HOST:-}" ] || [ -n "$CONTEXT" ] || [ "$MODE_GIVEN" = 1 ]
}

# kubectl with the options that every call gets.
kube() { # PATH FORMAT META ARGUMENTS…
  kube_path=$1 kube_format=$2 kube_meta=$3
  shift 3
  set -- --request-timeout="${REQUEST}s" "$@"
  [ -z "$CONTEXT" ] || set -- --context="$CONTEXT" "$@"
  [ -z "$KUBECONFIG_OPTION" ] || set -- --kubeconfig="$KUBECONFIG_OPTION" "$@"
  # shellcheck disable=SC2086
  collect "$kube_path" "$kube_format" "$kube_meta" $KUBECTL "$@"
}

get_cluster() { for r in "$@"; do kube "cluster/kubectl/${r%%.*}.json" json '' get "$r" -o json; done; }
get_namespaced() {
  for r in "$@"; do
    if [ -z "$NAMESPACES" ]; then
      kube "cluster/kubectl/${r%%.*}.json" json '' get "$r" -A -o json
    else
      for ns in $NAMESPACES; do kube "cluster/kubectl/$ns/${r%%.*}.json" json '' get "$r" -n "$ns" -o json; done
    fi
  done
}
# Kinds that not every cluster has are asked for only where the API server offers them.
offered() { [ -n "$LIST" ] || grep -qx "$1" "$STATE/kinds" 2>/dev/null; }

# Names and sizes of nothing: name, namespace, type and keys of each Secret. The template never prints a value.
SECRETS='{"apiVersion":"v1","kind":"SecretList","items":[{{range $i, $s := .items}}{{if $i}},{{end}}
{"apiVersion":"v1","kind":"Secret","metadata":{"name":{{printf "%q" $s.metadata.name}},"namespace":{{printf "%q" $s.metadata.namespace}}{{with $s.metadata.creationTimestamp}},"creationTimestamp":{{printf "%q" .}}{{end}}}{{with $s.type}},"type":{{printf "%q" .}}{{end}},"data":{ {{$first := true}}{{range $k, $v := $s.data}}{{if not $first}},{{end}}{{$first = false}}{{printf "%q" $k}}:""{{end}} }}{{end}}
]}
'
# Public halves only: openssl prints the dates and names of a certificate, whatever else lies in the same value.
TLS_CERTIFICATES='{{range .items}}{{if eq .type "kubernetes.io/tls"}}{{.metadata.namespace}} {{.metadata.name}} {{index .data "tls.crt"}}{{"\n"}}{{end}}{{end}}'
# One line a container: namespace pod container ready restarts phase node role(init|run) state
CONTAINERS='{{range .items}}{{$m := .metadata}}{{$p := .status.phase}}{{$n := .spec.nodeName}}{{range .status.initContainerStatuses}}{{$m.namespace}} {{$m.name}} {{.name}} {{.ready}} {{.restartCount}} {{$p}} {{$n}} init {{range $k, $v := .state}}{{$k}}{{end}}
{{end}}{{range .status.containerStatuses}}{{$m.namespace}} {{$m.name}} {{.name}} {{.ready}} {{.restartCount}} {{$p}} {{$n}} run {{range $k, $v := .state}}{{$k}}{{end}}
{{end}}{{end}}'
NODES='{{range .items}}{{.metadata.name}}
{{end}}'
# Namespaces that run the cluster itself: network, storage, DNS, ingress, GPUs.
SYSTEM='^(kube-system|kube-flannel|calico-system|calico-apiserver|tigera-operator|cilium.*|kube-router|antrea.*|gpu-operator.*|nvidia.*|node-feature-discovery|network-operator|rook-ceph|longhorn-system|.*-csi.*|csi-.*|openebs|ingress-nginx|traefik|istio-system|linkerd.*|metallb-system|cert-manager|gatekeeper-system|kyverno|keda|volcano-system|openshift-(sdn|ovn-kubernetes|dns|ingress|etcd|kube-.*|multus|machine-config-operator))$'

# Asks all items of one resource, in the chosen namespaces, with a template; for the script's own use. The answers
# become file names and arguments: a line that is not made of names is dropped.
ask() { # FILE RESOURCE TEMPLATE
  : >"$1.all"
  if [ -z "$NAMESPACES" ] || [ "$2" = nodes ]; then
    kube "$1.one" text - get "$2" -A -o "go-template=$3"
    settle
    cat "$1.one" >>"$1.all" 2>/dev/null
  else
    for ns in $NAMESPACES; do
      kube "$1.one" text - get "$2" -n "$ns" -o "go-template=$3"
      settle
      cat "$1.one" >>"$1.all" 2>/dev/null
    done
  fi
  awk '!/[^A-Za-z0-9.: -]/ && !/[.][.]/ && !/(^| )[.-]/ && length($0) < 1000' "$1.all" >"$1" 2>/dev/null
}

collect_cluster() {
  say "cluster: $KUBECTL${CONTEXT:+, context $CONTEXT}"
  WIDTH=1
  kube cluster/kubectl/version.json json '' version -o json
  # Three times, because one slow answer is chance.
  kube cluster/kubectl/nodes.json json '' get nodes -o json
  for i in 2 3; do kube "cluster/kubectl/nodes-again-$i.txt" text '' get nodes -o wide; done
  if ! reachable; then
    say 'cluster: the API server does not answer; the rest of the cluster part is left out'
    return 1
  fi
  # Events first: they expire.
  get_namespaced events
  kube "$STATE/kinds" text - api-resources --verbs=list -o name
  WIDTH=4
  get_namespaced pods services endpoints endpointslices.discovery.k8s.io
  get_namespaced deployments.apps replicasets.apps statefulsets.apps daemonsets.apps jobs.batch cronjobs.batch \
    horizontalpodautoscalers.autoscaling poddisruptionbudgets.policy configmaps serviceaccounts resourcequotas \
    limitranges persistentvolumeclaims networkpolicies.networking.k8s.io ingresses.networking.k8s.io \
    leases.coordination.k8s.io csistoragecapacities.storage.k8s.io roles.rbac.authorization.k8s.io \
    rolebindings.rbac.authorization.k8s.io
  get_cluster namespaces persistentvolumes priorityclasses.scheduling.k8s.io storageclasses.storage.k8s.io \
    csidrivers.storage.k8s.io csinodes.storage.k8s.io volumeattachments.storage.k8s.io \
    ingressclasses.networking.k8s.io validatingwebhookconfigurations.admissionregistration.k8s.io \
    mutatingwebhookconfigurations.admissionregistration.k8s.io apiservices.apiregistration.k8s.io \
    customresourcedefinitions.apiextensions.k8s.io certificatesigningrequests.certificates.k8s.io \
    clusterroles.rbac.authorization.k8s.io clusterrolebindings.rbac.authorization.k8s.io componentstatuses
  for r in gatewayclasses.gateway.networking.k8s.io clusterpolicies.nvidia.com nvidiadrivers.nvidia.com \
    clusteroperators.config.openshift.io runtimeclasses.node.k8s.io resourceslices.resource.k8s.io \
    deviceclasses.resource.k8s.io; do
    if offered "$r"; then get_cluster "$r"; fi
  done
  for r in gateways.gateway.networking.k8s.io httproutes.gateway.networking.k8s.io \
    grpcroutes.gateway.networking.k8s.io ciliumnetworkpolicies.cilium.io authorizationpolicies.security.istio.io \
    resourceclaims.resource.k8s.io; do
    if offered "$r"; then get_namespaced "$r"; fi
  done
  collect_secrets
  kube cluster/kubectl/top-nodes.txt text '' top nodes
  if [ -z "$NAMESPACES" ]; then
    kube cluster/kubectl/top-pods.txt text '' top pods -A --containers
  else
    for ns in $NAMESPACES; do kube "cluster/kubectl/$ns/top-pods.txt" text '' top pods -n "$ns" --containers; done
  fi
  kube cluster/api/readyz.txt text '' get --raw '/readyz?verbose'
  kube cluster/api/livez.txt text '' get --raw '/livez?verbose'
  settle
  [ -n "$LIST" ] || {
    ask "$STATE/nodes" nodes "$NODES" 2>/dev/null
    ask "$STATE/containers" pods "$CONTAINERS"
  }
  collect_metrics 1
  now
  scraped=$NOW
  collect_logs
  [ -z "$PROBE" ] || collect_probes
  [ -z "$ETCD_EXEC" ] || collect_etcd_pod
  settle
  # Rates need two readings some time apart.
  if [ -z "$LIST$STOPPED" ]; then
    now
    left=$((GAP - (NOW - scraped) / 100))
    if [ "$left" -gt 0 ] && [ "$left" -le "$GAP" ]; then
      sleep "$left" &
      wait "$!"
    fi
  fi
  collect_metrics 2
  settle
}

# False when no answer of any kind came: a refusal (Forbidden) is an answer.
reachable() {
  [ -z "$LIST" ] || return 0
  [ -z "$STOPPED" ] || return 1
  settle
  for f in "$ROOT"/cluster/kubectl/nodes*; do
    [ -s "$f" ] || continue
    grep -F "\"file\":\"${f#"$ROOT"/}\"" "$ROOT/manifest.jsonl" | grep -q '"exit":124' && continue
    grep -Eqi 'unable to connect|was refused|connection refused|i/o timeout|no such host|no route to host|handshake timeout|deadline exceeded|client.timeout|unexpected EOF|current-context|no configuration|not set up|x509' "$f" || return 0
  done
  return 1
}

collect_secrets() {
  if [ -z "$NAMESPACES" ]; then
    kube cluster/kubectl/secrets.json text '' get secrets -A -o "go-template=$SECRETS"
  else
    for ns in $NAMESPACES; do kube "cluster/kubectl/$ns/secrets.json" text '' get secrets -n "$ns" -o "go-template=$SECRETS"; done
  fi
  if has openssl && has base64; then
    set -- get secrets --field-selector=type=kubernetes.io/tls -o "go-template=$TLS_CERTIFICATES"
    if [ -z "$NAMESPACES" ]; then
      tls_dates cluster/tls-secrets.txt "$@" -A
    else
      for ns in $NAMESPACES; do tls_dates "cluster/tls-secrets-$ns.txt" "$@" -n "$ns"; done
    fi
  fi
}
tls_dates() { # PATH KUBECTL-ARGUMENTS…
  tls_path=$1
  shift
  set -- --request-timeout="${REQUEST}s" "$@"
  [ -z "$CONTEXT" ] || set -- --context="$CONTEXT" "$@"
  [ -z "$KUBECONFIG_OPTION" ] || set -- --kubeconfig="$KUBECONFIG_OPTION" "$@"
  # shellcheck disable=SC2086
  collect "$tls_path" text '' sh -c '"$@" | while read -r namespace name certificate; do
  echo "# /secrets/$namespace/$name/tls.crt"
  printf %s "$certificate" | base64 -d | openssl x509 -noout -subject -issuer -dates -ext subjectAltName
done' sh $KUBECTL "$@"
}

collect_metrics() { # ROUND
  kube "cluster/metrics/kube-apiserver.$1.txt" text '' get --raw /metrics
  if [ -n "$LIST" ]; then
    kube x text '' get --raw /api/v1/nodes/NODE/proxy/metrics
    kube x text '' get --raw /api/v1/nodes/NODE/proxy/metrics/cadvisor
    kube x text '' get --raw /api/v1/nodes/NODE/proxy/stats/summary
    kube x text '' get --raw /api/v1/nodes/NODE/proxy/configz
    kube x text '' get --raw /api/v1/namespaces/kube-system/pods/POD:9153/proxy/metrics
    return 0
  fi
  # Unhealthy nodes would be first, but the API server's own order is what a list costs nothing for.
  for node in $(head -n "$MAX_NODES" "$STATE/nodes" 2>/dev/null); do
    m=",\"node\":\"$node\""
    kube "nodes/$node/metrics-kubelet.$1.txt" text "$m" get --raw "/api/v1/nodes/$node/proxy/metrics"
    kube "nodes/$node/metrics-cadvisor.$1.txt" text "$m" get --raw "/api/v1/nodes/$node/proxy/metrics/cadvisor"
    [ "$1" = 1 ] || continue
    kube "nodes/$node/stats-summary.json" json "$m" get --raw "/api/v1/nodes/$node/proxy/stats/summary"
    kube "nodes/$node/configz.json" json "$m" get --raw "/api/v1/nodes/$node/proxy/configz"
  done
  awk '$3 == "coredns" && $6 == "Running" { print $1, $2 }' "$STATE/containers" 2>/dev/null | head -n 4 >"$STATE/dns"
  while read -r ns pod; do
    kube "cluster/metrics/$pod.$1.txt" text ",\"namespace\":\"$ns\",\"pod\":\"$pod\"" get --raw "/api/v1/namespaces/$ns/pods/$pod:9153/proxy/metrics"
  done <"$STATE/dns"
}

# One call a container: --all-containers fails as a whole when one of them waits.
log() { # NAMESPACE POD CONTAINER previous|''
  m=",\"namespace\":\"$1\",\"pod\":\"$2\",\"container\":\"$3\""
  set -- "cluster/logs/$1/$2/$3" "$m" "$4" logs -n "$1" "$2" -c "$3" --timestamps "--tail=$TAIL"
  base=$1 m=$2 before=$3
  shift 3
  if [ -n "$before" ]; then
    kube "$base.previous.log" text "$m,\"previous\":true" "$@" --previous
  else
    kube "$base.log" text "$m" "$@" "--since=$SINCE_K"
  fi
}
collect_logs() {
  if [ -n "$LIST" ]; then
    log NAMESPACE POD CONTAINER ''
    log NAMESPACE POD CONTAINER previous
    return 0
  fi
  # Order: 1 not ready or failed, 2 restarted, 3 the cluster's own, 4 all others while there is room.
  awk -v own="$SYSTEM" '
    NF < 8 { next }
    {
      rank = 4
      if ($1 ~ own) rank = 3
      if ($5 + 0 > 0) rank = 2
      if ($4 != "true" && $6 != "Succeeded" && !($8 == "init" && $9 == "terminated")) rank = 1
      if ($9 == "waiting" && $5 + 0 == 0) next
      print rank, $1, $2, $3, ($5 + 0 > 0 ? "previous" : "")
    }' "$STATE/containers" | LC_ALL=C sort >"$STATE/logs"
  total=$(awk 'END { print NR }' "$STATE/logs")
  [ "$total" -le "$MAX_LOGS" ] || say "cluster: logs of $MAX_LOGS of $total containers (--max-logs)"
  head -n "$MAX_LOGS" "$STATE/logs" >"$STATE/logs.now"
  while read -r _ ns pod container previous; do
    log "$ns" "$pod" "$container" ''
    [ -z "$previous" ] || log "$ns" "$pod" "$container" previous
  done <"$STATE/logs.now"
  settle
}

# Asked for with --probe: from a pod that runs already, with what its image has.
collect_probes() {
  if [ -n "$LIST" ]; then
    kube x text '' exec -n NAMESPACE POD -c CONTAINER -- nslookup kubernetes.default
    kube x text '' exec -n NAMESPACE POD -c CONTAINER -- nc -vz -w 3 SERVICE.NAMESPACE PORT
    return 0
  fi
  ask "$STATE/services" services '{{range .items}}{{$m := .metadata}}{{if ne .spec.type "ExternalName"}}{{if ne .spec.clusterIP "None"}}{{range .spec.ports}}{{if eq .protocol "TCP"}}{{$m.name}}.{{$m.namespace}} {{.port}}
{{end}}{{end}}{{end}}{{end}}{{end}}'
  ask "$STATE/addresses" pods '{{range .items}}{{$m := .metadata}}{{if .status.podIP}}{{$ip := .status.podIP}}{{range .spec.containers}}{{range .ports}}{{$m.namespace}} {{$m.name}} {{$ip}} {{.containerPort}}
{{end}}{{end}}{{end}}{{end}}'
  # One ready container on each of three nodes.
  awk '$4 == "true" && $8 == "run" && $6 == "Running" && !($7 in seen) && n < 3 { seen[$7]; n++; print $1, $2, $3 }' \
    "$STATE/containers" >"$STATE/from"
  head -n 20 "$STATE/services" >"$STATE/to" 2>/dev/null
  awk '!(($1 " " $2) in seen) && n < 5 { seen[$1 " " $2]; n++; print $3, $4 }' "$STATE/addresses" >>"$STATE/to"
  while read -r ns pod container; do
    m=",\"namespace\":\"$ns\",\"pod\":\"$pod\",\"container\":\"$container\""
    set -- exec -n "$ns" "$pod" -c "$container" --
    for name in kubernetes.default kubernetes.io; do
      kube "cluster/probes/$pod-nslookup-$name.txt" text "$m" "$@" nslookup "$name"
    done
    kube "$STATE/tools" text - "$@" sh -c 'command -v nc; command -v curl; command -v wget; true'
    settle
    tool=$(sed -n '1s|.*/||p' "$STATE/tools" 2>/dev/null)
    while read -r host port; do
      to="cluster/probes/$pod-to-$host-$port.txt"
      case $tool in
      nc) kube "$to" text "$m" "$@" nc -vz -w 3 "$host" "$port" ;;
      curl) kube "$to" text "$m" "$@" curl -sS -v -o /dev/null -m 3 "http://$host:$port/" ;;
      wget) kube "$to" text "$m" "$@" wget -O /dev/null -T 3 "http://$host:$port/" ;;
      esac
    done <"$STATE/to"
    settle
  done <"$STATE/from"
}

ETCD_FILES='--cacert=/etc/kubernetes/pki/etcd/ca.crt --cert=/etc/kubernetes/pki/etcd/server.crt --key=/etc/kubernetes/pki/etcd/server.key'
collect_etcd_pod() {
  pod=$(awk '$1 == "kube-system" && $2 ~ /^etcd-/ && $3 == "etcd" && $6 == "Running" { print $2; exit }' "$STATE/containers" 2>/dev/null)
  [ -n "$pod" ] || pod=${LIST:+ETCD-POD}
  [ -n "$pod" ] || return 0
  etcd_questions cluster/etcd '' exec_etcd
}
exec_etcd() { # PATH META ARGUMENTS…
  etcd_path=$1 etcd_meta=$2
  shift 2
  # shellcheck disable=SC2086
  kube "$etcd_path" text "$etcd_meta" exec -n kube-system "$pod" -c etcd -- etcdctl $ETCD_FILES "$@"
}
etcd_questions() { # FOLDER META HOW
  "$3" "$1/endpoint-health.json" "$2" endpoint health --cluster -w json
  "$3" "$1/endpoint-status.json" "$2" endpoint status --cluster -w json
  "$3" "$1/endpoint-status.txt" "$2" endpoint status --cluster -w table
  "$3" "$1/member-list.json" "$2" member list -w json
  "$3" "$1/alarm-list.txt" "$2" alarm list
  # Reads the whole database once on each member; two that differ at one revision are corrupt.
  "$3" "$1/endpoint-hashkv.json" "$2" endpoint hashkv --cluster -w json
}

# ---------------------------------------------------------------------------------------------------------------------
# This machine.
# ---------------------------------------------------------------------------------------------------------------------

# The name the cluster knows: from the kubelet's flags, from its certificate, else the host's.
find_node_name() {
  [ -z "$NODE" ] || return 0
  for p in /proc/[0-9]*/cmdline; do
    case $p in *self*) continue ;; esac
    NODE=$(tr '\000' '\n' 2>/dev/null <"$p" | awk 'NR == 1 && $0 !~ /(kubelet|k3s|rke2|kubelite)$/ { exit } /^--(hostname-override|node-name)=/ { sub(/^[^=]*=/, ""); print; exit }')
    [ -z "$NODE" ] || break
  done
  if [ -z "$NODE" ] && has openssl && [ -r /var/lib/kubelet/pki/kubelet-client-current.pem ]; then
    NODE=$(openssl x509 -noout -subject -in /var/lib/kubelet/pki/kubelet-client-current.pem 2>/dev/null | sed -n 's/.*system:node:\([A-Za-z0-9.-]*\).*/\1/p')
  fi
  [ -n "$NODE" ] || NODE=$(hostname 2>/dev/null || uname -n)
  # It names a folder: nothing but what a node's name may hold.
  NODE=$(printf '%s' "$NODE" | tr '[:upper:]' '[:lower:]' | tr -cd 'a-z0-9.-')
  NODE=${NODE:-node}
}

# Stores a command of this machine, when the machine has it.
node() { # FILE ARGV…
  node_file=nodes/$NODE/$1
  shift
  if [ -n "$LIST" ] || has "$1"; then
    collect "$node_file" "$NODE_FORMAT" "$NODE_META" "$@"
  else
    absent "$node_file" "$NODE_META" "$@"
  fi
}
node_json() {
  NODE_FORMAT=json
  node "$@"
  NODE_FORMAT=text
}
# Stores files as `cat FILE`, each on its own.
files() {
  for f in "$@"; do
    if [ -n "$LIST" ] || { [ -f "$f" ] && [ -r "$f" ]; }; then
      name=$(printf '%s' "${f#/}" | tr -c 'A-Za-z0-9._-' '-')
      node "files/$name" cat "$f"
    fi
  done
}

UNITS='^(kubelet|containerd|docker|crio|cri-docker|kube-proxy|kube-apiserver|kube-scheduler|kube-controller-manager|etcd|k3s|k3s-agent|rke2-server|rke2-agent|k0scontroller|k0sworker|snap[.](microk8s|k8s)[.].*|nvidia-.*|nvidia_.*|NetworkManager|systemd-networkd|systemd-resolved|systemd-oomd|systemd-timesyncd|firewalld|ufw|chronyd|chrony|ntp|ntpd|ntpsec|keepalived|haproxy|iscsid|multipathd)[.]service$'

collect_node() {
  find_node_name
  say "node: $NODE"
  NODE_META=",\"node\":\"$NODE\"" NODE_FORMAT=text
  WIDTH=3
  node date.txt date -u '+%Y-%m-%dT%H:%M:%SZ'
  node uname.txt uname -a
  files /etc/os-release /proc/loadavg /proc/meminfo /proc/cmdline /proc/swaps /proc/mounts /proc/mdstat \
    /proc/pressure/cpu /proc/pressure/memory /proc/pressure/io \
    /proc/sys/net/netfilter/nf_conntrack_count /proc/sys/net/netfilter/nf_conntrack_max /proc/sys/fs/file-nr
  node uptime.txt uptime
  node free.txt free -k
  node df.txt df -PT
  node df-inodes.txt df -iP
  node lsblk.txt lsblk
  # Services before logs: short outputs first, so that a bundle that is cut short holds most kinds.
  node systemctl-failed.txt systemctl --failed --no-pager
  units='kubelet.service containerd.service'
  if [ -z "$LIST" ] && has systemctl; then
    collect "$STATE/units" text - systemctl list-units --all --type=service --no-legend --no-pager --plain
    settle
    found=$(awk -v known="$UNITS" '{ sub(/^[^A-Za-z0-9]+/, "") } $1 ~ known && $2 == "loaded" { print $1 } $3 == "failed" && $1 !~ known { print $1 }' "$STATE/units" 2>/dev/null | tr -cd 'A-Za-z0-9.@_:\n-' | head -n 40)
    units=${found:-$units}
  fi
  for unit in $units; do
    node "systemctl-status-${unit%.service}.txt" systemctl status "$unit" --no-pager --full --lines=20
    node "systemctl-show-${unit%.service}.txt" systemctl show "$unit" -p Id,LoadState,ActiveState,SubState,Result,NRestarts,ExecMainStatus,ExecMainCode,StateChangeTimestamp,UnitFileState,MemoryCurrent,TasksCurrent,TasksMax,LimitNOFILE
  done
  node timedatectl.txt timedatectl
  if [ -n "$LIST" ] || has chronyc; then
    node chronyc-tracking.txt chronyc -n tracking
    node chronyc-sources.txt chronyc -n sources
  fi
  [ -z "$LIST" ] && ! has ntpq || node ntpq.txt ntpq -pn
  node sysctl.txt sysctl -a
  node lsmod.txt lsmod
  NODE_FORMAT='ps'
  node ps.txt ps aux
  NODE_FORMAT=text
  collect_node_network
  collect_node_runtime
  collect_node_configuration
  collect_node_etcd
  collect_node_certificates
  collect_node_gpu
  collect_node_hardware
  collect_node_logs
  # Last, because it may take all its time.
  for d in /var/lib/kubelet /var/lib/containerd /var/lib/docker /var/lib/containers /var/lib/etcd /var/lib/rancher /var/log; do
    [ -z "$LIST" ] && [ ! -d "$d" ] || node "du$(printf '%s' "$d" | tr / -).txt" du -xk -d 1 "$d"
  done
  settle
}

collect_node_network() {
  node ip-link.txt ip -d -s link
  node ip-addr.txt ip addr
  node ip-route.txt ip route show table all
  node ip-rule.txt ip rule
  node ip-neigh.txt ip neigh
  node ss-listening.txt ss -ltnup
  node iptables-save.txt iptables-save
  node nft.txt nft list ruleset
  node conntrack.txt conntrack -S
  for device in /sys/class/net/*/device; do
    [ -e "$device" ] || continue
    nic=${device%/device}
    nic=${nic##*/}
    node "ethtool-$nic.txt" ethtool "$nic"
    node "ethtool-statistics-$nic.txt" ethtool -S "$nic"
  done
  files /etc/resolv.conf /run/systemd/resolve/resolv.conf /etc/hosts
  # Only what is network configuration: CNI plugins keep kubeconfigs in the same folder.
  files /etc/cni/net.d/*.conf /etc/cni/net.d/*.conflist /var/lib/rancher/k3s/agent/etc/cni/net.d/*.conflist
  node cni-conf-list.txt ls -la /etc/cni/net.d
  node cni-plugins.txt ls -la /opt/cni/bin
}

collect_node_runtime() {
  node_json crictl-ps.json crictl ps -a -o json
  node_json crictl-pods.json crictl pods -o json
  node_json crictl-images.json crictl images -o json
  node_json crictl-info.json crictl info
  node crictl-stats.txt crictl stats
  [ -z "$LIST" ] && ! has docker || node docker-ps.txt docker ps -a
}

collect_node_configuration() {
  files /var/lib/kubelet/config.yaml /var/lib/kubelet/kubeadm-flags.env /etc/default/kubelet /etc/sysconfig/kubelet \
    /etc/containerd/config.toml /etc/crio/crio.conf /etc/docker/daemon.json /etc/rancher/k3s/config.yaml \
    /etc/rancher/rke2/config.yaml
  files /etc/kubernetes/manifests/*.yaml /var/lib/rancher/rke2/agent/pod-manifests/*.yaml
  node manifests-list.txt ls -la /etc/kubernetes/manifests
}

collect_node_etcd() {
  ETCD_ARGS=''
  # cacert cert key, as kubeadm, k3s, RKE2 and kubespray place them; later ones win nothing: the first that is there.
  for set_of in \
    "$ETCD_CACERT $ETCD_CERT $ETCD_KEY" \
    '/etc/kubernetes/pki/etcd/ca.crt /etc/kubernetes/pki/etcd/healthcheck-client.crt /etc/kubernetes/pki/etcd/healthcheck-client.key' \
    '/etc/kubernetes/pki/etcd/ca.crt /etc/kubernetes/pki/etcd/server.crt /etc/kubernetes/pki/etcd/server.key' \
    '/var/lib/rancher/k3s/server/tls/etcd/server-ca.crt /var/lib/rancher/k3s/server/tls/etcd/client.crt /var/lib/rancher/k3s/server/tls/etcd/client.key' \
    '/var/lib/rancher/rke2/server/tls/etcd/server-ca.crt /var/lib/rancher/rke2/server/tls/etcd/client.crt /var/lib/rancher/rke2/server/tls/etcd/client.key' \
    "/etc/ssl/etcd/ssl/ca.pem /etc/ssl/etcd/ssl/admin-$NODE.pem /etc/ssl/etcd/ssl/admin-$NODE-key.pem" \
    '/etc/etcd/ca.crt /etc/etcd/peer.crt /etc/etcd/peer.key'; do
    # shellcheck disable=SC2086
    set -- $set_of
    if [ $# = 3 ] && [ -r "$2" ] && [ -r "$3" ]; then
      ETCD_ARGS="--cacert=$1 --cert=$2 --key=$3"
      break
    fi
  done
  if [ -n "$LIST$ETCD_ARGS$ETCD_ENDPOINTS" ]; then
    ETCDCTL_API=3
    export ETCDCTL_API
    etcd_questions "etcd" '' node_etcd
  fi
  # etcd as kubeadm sets it up serves metrics without TLS on loopback only.
  if [ -n "$LIST" ] || [ -e /etc/kubernetes/manifests/etcd.yaml ] || [ -d /var/lib/rancher/rke2/server/db/etcd ]; then
    fetch metrics-etcd.txt http://127.0.0.1:2381/metrics
  fi
  if [ -n "$LIST" ] || [ -e /etc/kubernetes/manifests/kube-scheduler.yaml ]; then
    fetch healthz-scheduler.txt https://127.0.0.1:10259/healthz
    fetch healthz-controller-manager.txt https://127.0.0.1:10257/healthz
  fi
}
node_etcd() { # PATH META ARGUMENTS…
  etcd_file=$1
  shift 2
  # shellcheck disable=SC2086
  node "$etcd_file" etcdctl --endpoints="${ETCD_ENDPOINTS:-https://127.0.0.1:2379}" $ETCD_ARGS "$@"
}
fetch() { # FILE URL
  if has wget && ! has curl; then
    node "$1" wget -q -O - -T 5 "$2"
  else
    node "$1" curl -sSk -m 5 "$2"
  fi
}

# What disks and the service processor say of themselves, where their tools are installed.
collect_node_hardware() {
  n=0
  for d in /sys/block/*; do
    d=${d##*/}
    # Whole disks that are hardware; a machine with more than two dozen shows enough.
    case $d in sd* | nvme*n* | hd*) ;; *) continue ;; esac
    [ "$n" -lt 24 ] || break
    n=$((n + 1))
    # A disk that sleeps is left asleep.
    if has smartctl; then
      [ -n "$LIST" ] || node "smartctl-$d.txt" smartctl -n standby -H -A "/dev/$d"
    elif has nvme && [ "${d#nvme}" != "$d" ]; then
      [ -n "$LIST" ] || node "nvme-smart-log-$d.txt" nvme smart-log "/dev/$d"
    fi
  done
  if [ -n "$LIST" ]; then
    node x smartctl -n standby -H -A DISK
    node x nvme smart-log DISK
  fi
  if [ -n "$LIST" ] || { has ipmitool && { [ -e /dev/ipmi0 ] || [ -e /dev/ipmi/0 ] || [ -e /dev/ipmidev/0 ]; }; }; then
    node ipmitool-sel.txt ipmitool sel list last 200
  fi
}

collect_node_certificates() {
  [ -z "$LIST" ] && ! has kubeadm || node kubeadm-certs.txt kubeadm certs check-expiration
  if [ -n "$LIST" ]; then
    node x openssl x509 -noout -subject -issuer -dates -ext subjectAltName -in CERTIFICATE
    return 0
  fi
  n=0
  for c in /etc/kubernetes/pki/*.crt /etc/kubernetes/pki/etcd/*.crt /etc/kubernetes/ssl/*.crt \
    /var/lib/kubelet/pki/kubelet-client-current.pem /var/lib/kubelet/pki/kubelet-server-current.pem \
    /var/lib/kubelet/pki/*.crt /etc/ssl/etcd/ssl/*.pem /var/lib/rancher/k3s/server/tls/*.crt \
    /var/lib/rancher/k3s/server/tls/etcd/*.crt /var/lib/rancher/k3s/agent/*.crt \
    /var/lib/rancher/rke2/server/tls/*.crt /var/lib/rancher/rke2/server/tls/etcd/*.crt /var/lib/rancher/rke2/agent/*.crt; do
    case $c in *key.pem) continue ;; esac
    [ -r "$c" ] && [ "$n" -lt 80 ] || continue
    n=$((n + 1))
    node "certificates/$(printf '%s' "${c#/}" | tr -c 'A-Za-z0-9._-' '-').txt" openssl x509 -noout -subject -issuer -dates -ext subjectAltName -in "$c"
  done
  # The client certificate inside a kubeconfig: only its dates leave the pipe.
  for c in /etc/kubernetes/admin.conf /etc/kubernetes/super-admin.conf /etc/kubernetes/kubelet.conf /etc/kubernetes/scheduler.conf /etc/kubernetes/controller-manager.conf; do
    [ -r "$c" ] && grep -q client-certificate-data "$c" || continue
    node "certificates/${c##*/}.txt" sh -c 'echo "# $1"; sed -n "s/^ *client-certificate-data: *//p" "$1" | base64 -d | openssl x509 -noout -subject -issuer -dates' sh "$c"
  done
}

collect_node_gpu() {
  smi=nvidia-smi
  if [ -z "$LIST" ] && ! has nvidia-smi; then
    # The GPU operator's driver container keeps its tools here.
    if [ -x /run/nvidia/driver/usr/bin/nvidia-smi ]; then
      smi='chroot /run/nvidia/driver nvidia-smi'
    elif ! grep -qs 0x10de /sys/bus/pci/devices/*/vendor; then
      return 0
    fi
  fi
  # shellcheck disable=SC2086
  {
    node nvidia-smi.txt $smi
    node nvidia-smi-q.xml $smi -q -x
    node nvidia-smi-nvlink.txt $smi nvlink -s
    node nvidia-smi-nvlink-errors.txt $smi nvlink -e
    node nvidia-smi-topo.txt $smi topo -m
  }
  node lspci.txt lspci -nn
  [ -z "$LIST" ] && ! has ibstat || node ibstat.txt ibstat
  [ -z "$LIST" ] && [ ! -r /var/log/fabricmanager.log ] || node fabricmanager.log tail -n "$TAIL" /var/log/fabricmanager.log
}

collect_node_logs() {
  since="-$SINCE_J"
  node dmesg.txt dmesg -T
  node journal-kernel.log journalctl -k --no-pager -o short-iso-precise -n "$TAIL"
  node journal-boots.txt journalctl --list-boots --no-pager
  for unit in $units; do
    NODE_META=",\"node\":\"$NODE\",\"program\":\"${unit%.service}\""
    node "journal-${unit%.service}.log" journalctl -u "$unit" --no-pager -o short-iso-precise -n "$TAIL" --since "$since"
  done
  NODE_META=",\"node\":\"$NODE\""
  node journal-previous-boot.log journalctl -b -1 --no-pager -o short-iso-precise -n 500
  # The control plane's own words, for when the API server cannot hand them out.
  for f in /var/log/pods/kube-system_etcd-*/*/*.log /var/log/pods/kube-system_kube-apiserver-*/*/*.log \
    /var/log/pods/kube-system_kube-scheduler-*/*/*.log /var/log/pods/kube-system_kube-controller-manager-*/*/*.log; do
    [ -r "$f" ] || continue
    container=${f%/*}
    rest=${container%/*}
    rest=${rest##*/}
    rest=${rest#*_}
    NODE_META=",\"node\":\"$NODE\",\"namespace\":\"kube-system\",\"pod\":\"${rest%_*}\",\"container\":\"${container##*/}\""
    node "pods/${rest%_*}.${container##*/}.${f##*/}" tail -n "$TAIL" "$f"
  done
  NODE_META=",\"node\":\"$NODE\""
}

# ---------------------------------------------------------------------------------------------------------------------
# Options, the frame, the end.
# ---------------------------------------------------------------------------------------------------------------------

number() { case $2 in '' | *[!0-9]* | ??????????*) die 1 "$1 needs a number, not '$2'" ;; esac }

options() {
  MODE='' MODE_GIVEN='' NAMESPACES='' SINCE=24h TAIL=5000 MAX_MB=20 MAX_LOGS=300 MAX_NODES=10 LIMIT=30 GAP=30
  CONTEXT='' KUBECONFIG_OPTION='' NODE='' OUTPUT='' LIST='' PROBE='' ETCD_EXEC=''
  ETCD_ENDPOINTS='' ETCD_CACERT='' ETCD_CERT='' ETCD_KEY=''
  while [ $# -gt 0 ]; do
    option=$1
    shift
    case $option in
    --?*=*)
      set -- "${option#*=}" "$@"
      option=${option%%=*}
      ;;
    esac
    case $option in
    cluster | node | all)
      [ -z "$MODE" ] || die 1 "one mode only: $MODE or $option"
      MODE=$option MODE_GIVEN=1
      continue
      ;;
    --etcd-exec)
      ETCD_EXEC=1
      continue
      ;;
    --probe)
      PROBE=1
      continue
      ;;
    --list)
      LIST=1
      continue
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    -n | --namespace | --since | --tail | --max-size | --max-logs | --max-nodes | --timeout | --gap | --context | --kubeconfig | \
      --node-name | --etcd-endpoints | --etcd-cacert | --etcd-cert | --etcd-key | -o | --output)
      [ $# -gt 0 ] || die 1 "$option needs a value"
      ;;
    *) die 1 "unknown option '$option' (see --help)" ;;
    esac
    value=$1
    shift
    case $option in
    -n | --namespace)
      case $value in '' | *[!a-z0-9-]*) die 1 "'$value' is no name of a namespace" ;; esac
      NAMESPACES="$NAMESPACES $value"
      ;;
    --since)
      case ${value%[smhd]} in '' | "$value" | *[!0-9]*) die 1 "--since needs a time like 30m, 24h or 7d, not '$value'" ;; esac
      SINCE=$value
      ;;
    --tail) number --tail "$value" && TAIL=$value ;;
    --max-size) number --max-size "$value" && MAX_MB=$value ;;
    --max-logs) number --max-logs "$value" && MAX_LOGS=$value ;;
    --max-nodes) number --max-nodes "$value" && MAX_NODES=$value ;;
    --timeout) number --timeout "$value" && LIMIT=$value ;;
    --gap) number --gap "$value" && GAP=$value ;;
    --context) CONTEXT=$value ;;
    --kubeconfig) KUBECONFIG_OPTION=$value ;;
    --node-name) NODE=$(printf '%s' "$value" | tr '[:upper:]' '[:lower:]' | tr -cd 'a-z0-9.-') ;;
    --etcd-endpoints) ETCD_ENDPOINTS=$value ;;
    --etcd-cacert) ETCD_CACERT=$value ;;
    --etcd-cert) ETCD_CERT=$value ;;
    --etcd-key) ETCD_KEY=$value ;;
    -o | --output) OUTPUT=$value ;;
    esac
  done
  [ "$MAX_MB" -gt 0 ] && [ "$MAX_MB" -le 1000 ] || die 1 '--max-size must be from 1 to 1000 (MB)'
  [ "$LIMIT" -gt 0 ] || die 1 '--timeout must be at least 1 (second)'
  MAX_BYTES=$((MAX_MB * 1000000))
  # kubectl says why it gave up when it gives up first.
  REQUEST=$LIMIT
  [ "$LIMIT" -le 5 ] || REQUEST=$((LIMIT - 2))
  # kubectl counts in hours at most; journalctl knows days.
  SINCE_J=$SINCE SINCE_K=$SINCE
  case $SINCE in *d) SINCE_K=$((${SINCE%d} * 24))h ;; *m) SINCE_J=${SINCE%m}min ;; esac
}

choose_mode() {
  on_node=''
  for d in /etc/kubernetes /var/lib/kubelet /var/lib/rancher /var/snap/microk8s /var/lib/k0s; do
    [ ! -d "$d" ] || on_node=1
  done
  case $MODE in
  cluster | all) find_kubectl || [ -n "$LIST" ] || die 2 'no kubectl here; `node` collects this machine alone' ;;
  node) ;;
  *)
    if find_kubectl; then MODE=cluster; else MODE=''; fi
    if [ -n "$on_node" ] && [ "$(id -u)" = 0 ]; then
      if [ -n "$MODE" ]; then MODE=all; else MODE=node; fi
    fi
    [ -n "$MODE" ] || [ -z "$LIST" ] || MODE=all
    [ -n "$MODE" ] || die 2 'no kubectl with a kubeconfig, and no root on a Kubernetes node: nothing to collect from (see --help)'
    ;;
  esac
  KUBECTL=${KUBECTL:-kubectl}
  if [ "$MODE" != cluster ] && [ "$(id -u)" != 0 ] && [ -z "$LIST" ]; then
    say 'kubestrata-collect: not root: journals, certificates and the runtime will mostly be out of reach'
  fi
}

prepare() {
  umask 077
  stamp=$(date -u +%Y%m%dT%H%M%SZ)
  [ "$MODE" = cluster ] || find_node_name
  name=kubestrata-${NODE:-cluster}-$stamp
  case $OUTPUT in
  '') OUTPUT=./$name.tar.gz place=. ;;
  -) place=${TMPDIR:-/tmp} ;;
  */*) place=${OUTPUT%/*} ;;
  *) place=. OUTPUT=./$OUTPUT ;;
  esac
  place=${place:-/}
  [ -w "$place" ] || die 4 "cannot write to $place (-o FILE chooses another place)"
  [ -z "$NODE" ] || [ "$MODE" != cluster ] || name=kubestrata-cluster-$stamp
  has gzip || OUTPUT=${OUTPUT%.gz}
  # The reserve leaves the machine room to breathe: a node with a full disk evicts its pods.
  RESERVE_KB=$((102400 + MAX_MB * 1000)) USED_KB=0
  free=$(free_kb "$place")
  [ -z "$free" ] || [ "$free" -ge $((RESERVE_KB + 51200)) ] ||
    die 4 "only $((free / 1024)) MB free in $place, $(((RESERVE_KB + 51200) / 1024)) MB are needed (-o FILE chooses another place)"
  WORK=$(cd "$place" && pwd)/.$name.$$
  (mkdir "$WORK" && mkdir "$WORK/state" "$WORK/$name") || die 4 "cannot write to $place"
  STATE=$WORK/state ROOT=$WORK/$name NAME=$name
  # kubectl keeps what the API server offers in a cache; it goes with the working folder.
  KUBECACHEDIR=$STATE/cache
  export KUBECACHEDIR
  : >"$STATE/masked"
  : >"$STATE/containers"
  header="{\"format\":\"kubestrata/bundle\",\"version\":1,\"collectedAt\":\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\",\"collector\":\"kubestrata-collect $VERSION\",\"mode\":\"$MODE\""
  [ "$MODE" != node ] || header="$header,\"node\":\"$NODE\""
  printf '%s}\n' "$header" >"$ROOT/manifest.jsonl" || die 4 "cannot write to $place"
}

tools() {
  HEAD_C=''
  [ "$(printf 'abc' | head -c 2 2>/dev/null)" != ab ] || HEAD_C=1
  TIMEOUT='' WATCH=$LIMIT
  if timeout -k 1 5 true 2>/dev/null; then
    # The backstop comes after timeout's own second signal.
    TIMEOUT="timeout -k 3 $LIMIT" WATCH=$((LIMIT + 6))
  fi
  renice -n 10 -p $$ >/dev/null 2>&1
  ionice -c 3 -p $$ >/dev/null 2>&1
}

redaction() {
  echo 'What kubestrata-collect masked before it wrote anything: *** stands for each.'
  echo 'Values of Secrets were never asked for: cluster/kubectl/secrets.json holds names, types and keys.'
  echo 'Masking goes by names and shapes; a secret that looks like ordinary text stays. Look before you send.'
  echo
  awk -F '\t' '{ sum[$3] += $2; all += $2 } END { for (what in sum) print sum[what] "\t" what; print all + 0 "\tin all" }' "$STATE/masked" | LC_ALL=C sort -rn
  echo
  LC_ALL=C sort "$STATE/masked" | awk -F '\t' '{ print $2 "\t" $3 "\t" $1 }'
}

# The manifest is the first entry, so that the bundle can be read as a stream.
pack() { # FILE
  set -- "$1" "$NAME/manifest.jsonl"
  for entry in "$ROOT"/*; do
    case $entry in */manifest.jsonl) ;; *) [ ! -e "$entry" ] || set -- "$@" "$NAME/${entry##*/}" ;; esac
  done
  target=$1
  shift
  if has gzip; then
    {
      (cd "$WORK" && tar -cf - "$@")
      echo "$?" >"$STATE/tar"
    } | gzip -c >"$target" || return 1
    [ "$(cat "$STATE/tar")" = 0 ] && gzip -t "$target" 2>/dev/null
  else
    (cd "$WORK" && tar -cf - "$@") >"$target"
  fi
}

finish() {
  # From here on it is seconds; a signal now would only leave rubbish.
  trap '' INT TERM HUP
  settle
  redaction >"$ROOT/REDACTION.txt"
  part=$WORK/bundle
  if ! pack "$part"; then
    rm -f "$part"
    say 'kubestrata-collect: packing failed (disk full?); trying again without logs'
    rm -rf "$ROOT/cluster/logs" "$ROOT"/nodes/*/journal-* "$ROOT"/nodes/*/pods
    pack "$part" || {
      rm -rf "$WORK"
      die 4 'no bundle: there is no room to write it'
    }
  fi
  say ''
  say 'In the bundle (bytes, file):'
  (cd "$ROOT" && find . -type f -exec wc -c {} + | sed 's|\./||' | grep -v ' total$' | LC_ALL=C sort -k 2) >&2
  say ''
  if [ "$OUTPUT" = - ]; then
    cat "$part" || STOPPED='standard output was closed'
  else
    mv -f "$part" "$OUTPUT" || {
      rm -rf "$WORK"
      die 4 "no bundle: cannot write $OUTPUT"
    }
    say "Bundle: $OUTPUT ($(($(wc -c <"$OUTPUT"))) bytes). REDACTION.txt in it says what was masked."
    say "Look before you send it: tar -xzf $OUTPUT; cat $NAME/REDACTION.txt"
  fi
  rm -rf "$WORK"
  if [ -n "$STOPPED" ]; then
    say "kubestrata-collect: cut short: $STOPPED"
    exit 3
  fi
  exit 0
}

main() {
  LC_ALL=C
  export LC_ALL
  PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin:/var/lib/rancher/rke2/bin
  export PATH
  COUNT=0 RUNNING='' ACTIVE=0 WIDTH=1 STOPPED=''
  options "$@"
  choose_mode
  if [ -n "$LIST" ]; then
    ROOT=/dev/null STATE=/dev/null
  else
    for tool in awk tar; do has "$tool" || die 4 "$tool is needed and not here"; done
    prepare
    trap 'stop interrupted' INT
    trap 'stop terminated' TERM
    trap 'stop "hung up"' HUP
  fi
  tools
  [ "$MODE" = node ] || collect_cluster
  [ "$MODE" = cluster ] || collect_node
  [ -z "$LIST" ] || exit 0
  finish
}

main "$@"
