#!/bin/sh
# The guard: every change that Pawl makes to a host is made here, by one run, under one claim, as one job.
#
#   guard VERB <request      plant | close | withdraw | readme | job | wait | cancel
#
# The request: lines `name value`, an empty line, then as many bytes as the lines promised. A connection cut in the middle
# leaves fewer bytes, and nothing is done. The answer: `pawl-guard 1`, lines `name value`, an empty line, bytes.
# Exit status 0: there is an answer. Anything else: the guard itself broke; nothing more may be concluded.
#
# What stands where, under /var/lib/pawl (root, 0700):
#   fence                   whose host this is just now; its lock: host/lock
#   runs/RUN/jobs/INTENT/   script, intent, record, record-name, once: what was asked
#                           started, exited: the marks; lock: held as long as anything of the job lives
#                           stdout, stderr, cancelled
#                           room: kept free for the marks, from before the job begins until it has ended
#   runs/RUN/once/KEY       a one-shot key and the job that took it: a hard link to that job's `once`
#   runs/RUN/recorded/NAME  what was found before the first change; written once per run
#   runs/RUN/closed         how the run ended on this host
#
# File descriptors: 4 a look at a job's lock · 5 the job's standard input · 6 the request's bytes · 7 a job's lock in the
# guard and in the runner · 8 the same lock in the job's own processes, and nowhere else · 9 the fence's lock
#
# A mark is made durable by `dd conv=fsync` on its file, after a rename once more: `sync FILE` came with coreutils 8.24, and
# a bare `sync` waits for every dirty page of a host that may be copying gigabytes. ext4, xfs and btrfs write an fsynced
# file's new name with it, and their logs keep the order of what came before (the job's directory before its `started`).
# POSIX sh; coreutils 8.22, util-linux 2.23.
set -eu
umask 077
LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
cd /

root=/var/lib/pawl
memory=/run/pawl
shown=1048576 # bytes of stdout and stderr that an answer carries, from the end
spare=65536 # bytes that a job must find free before it begins: its marks, and what it prints

main() {
  [ "${1-}" = runner ] || read_request
  case ${1-} in
    plant) plant ;;
    close) close ;;
    withdraw) withdraw ;;
    readme) write_readme ;;
    job) job ;;
    wait) wait_for_job ;;
    cancel) cancel ;;
    runner) runner ;;
    *) die "no such verb: ${1-}" ;;
  esac
}

# ---- the fence ----

# A new claim of the same run is let in where the fence, or the record that the run left when it closed, knows an earlier one.
# A run that was given up here is over: what has happened to the host since, no controller of it knows.
plant() {
  lock_fence
  read_fence
  if [ -n "$fence_run" ]; then
    [ "$fence_run" = "$run" ] || answer_fenced
    [ "$fence_claim" != "$claim" ] || answer already
    is_earlier "$fence_claim" || answer_fenced
    write_fence
    answer renewed
  fi
  read_closed
  [ "$closed_outcome" != abandoned ] || answer_with "$home/closed" fenced
  [ -z "$closed_claim" ] || [ "$closed_claim" = "$claim" ] || is_earlier "$closed_claim" || answer_with "$home/closed" fenced
  mkdir -p "$home/jobs" "$home/once" "$home/recorded"
  write_fence
  answer planted
}

# The record first, then the fence: a crash between the two leaves a fence that can be closed again. `by` and `reason` where
# somebody who does not drive the run opens its fence by name, under the claim that was read from it.
close() {
  lock_fence
  read_fence
  [ "$fence_run" = "$run" ] || [ ! -e "$home/closed" ] || answer already
  require_fence
  answer_if_job_runs
  mkdir -p "$home"
  # Added to what an earlier closing left. Torn by a crash, it is not read: the fence still stands.
  {
    printf 'outcome %s\nclaim %s\nowner %s\nat %s\n' "$outcome" "$claim" "$fence_owner" "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
    [ -z "$by" ] || printf 'by %s\nreason %s\n' "$by" "$reason"
  } >>"$home/closed"
  durable "$home/closed"
  mv -f "$root/fence" "$home/last-fence"
  durable "$home/last-fence"
  answer closed
}

# Only what was planted and not yet used: rmdir refuses a directory that holds a job.
withdraw() {
  lock_fence
  read_fence
  [ -n "$fence_run" ] || answer already
  require_fence
  if [ -d "$home/jobs" ]; then rmdir "$home/jobs" 2>/dev/null || answer used; fi
  for kept in once recorded pristine; do
    if [ -d "$home/$kept" ]; then rmdir "$home/$kept"; fi
  done
  rm -f "$root/fence"
  # A closed run that was planted again keeps its record, and with it its directory.
  rmdir "$home" 2>/dev/null || [ -e "$home/closed" ]
  sync
  answer withdrawn
}

write_readme() {
  receive "$text_bytes"
  lock_fence
  read_fence
  require_fence
  part 0 "$text_bytes" | put "$root/README" "$text_bytes"
  answer written
}

lock_fence() {
  mkdir -p "$root/host"
  exec 9>>"$root/host/lock"
  flock -w 30 9 || answer busy
}

read_fence() {
  fence_run='' fence_claim='' fence_owner='' fence_database='' fence_since='' fence_phase=''
  [ -e "$root/fence" ] || return 0
  while IFS= read -r line; do
    case $line in
      'run '*) fence_run=${line#run } ;;
      'claim '*) fence_claim=${line#claim } ;;
      'owner '*) fence_owner=${line#owner } ;;
      'database '*) fence_database=${line#database } ;;
      'since '*) fence_since=${line#since } ;;
      'phase '*) fence_phase=${line#phase } ;;
    esac
  done <"$root/fence"
  [ -n "$fence_run" ] || die "$root/fence names no run"
}

read_closed() {
  closed_claim='' closed_outcome=''
  [ -e "$home/closed" ] || return 0
  while IFS= read -r line; do
    case $line in
      'outcome '*) closed_outcome=${line#outcome } ;;
      'claim '*) closed_claim=${line#claim } ;;
    esac
  done <"$home/closed"
}

require_fence() {
  [ -n "$fence_run" ] || answer no-fence
  if [ "$fence_run" != "$run" ] || [ "$fence_claim" != "$claim" ]; then answer_fenced; fi
}

write_fence() {
  printf 'run %s\nclaim %s\nowner %s\ndatabase %s\nsince %s\nphase %s\n' \
    "$run" "$claim" "$owner" "$database" "$since" "$phase" | put "$root/fence"
}

# For `status` on the host: the phase in the fence follows the jobs.
tell_phase() {
  [ "$fence_phase" != "$phase" ] || return 0
  owner=$fence_owner database=$fence_database since=$fence_since
  write_fence
}

is_earlier() {
  case $earlier in *" $1 "*) return 0 ;; *) return 1 ;; esac
}

answer_fenced() {
  answer_with "$root/fence" fenced
}

answer_if_job_runs() {
  for lock in "$home"/jobs/*/lock; do
    [ -e "$lock" ] || continue
    (flock -s -n 4) 4<"$lock" || { lock=${lock%/lock} && answer job-running job "${lock##*/}"; }
  done
}

# ---- jobs ----

# Makes the job, or finds it; starts it if it has never begun. Under the fence's lock, so that of two racers one makes it.
job() {
  receive $((script_bytes + record_bytes + stdin_bytes))
  lock_fence
  read_fence
  require_fence
  tell_phase
  reattached=1
  [ -d "$job" ] || make_job
  exec 7>>"$job/lock"
  # Whoever holds it is the job, or somebody looking: he lets go at once, and `wait` then says `prepared`.
  flock -n 7 || answer running reattached "$reattached"
  read_marks
  [ "$state" = prepared ] || report
  # Never begun: what is asked now replaces what was asked then, each file by a rename.
  [ "$reattached" = 0 ] || write_job "$job"
  job_stdin
  make_room
  exec 9>&-
  start_runner
}

# Complete or not there at all: a crash leaves `.new`, which nobody takes for a job.
make_job() {
  reattached=0
  mkdir -p "$home/jobs" "$home/once" "$home/recorded"
  rm -rf "$home/.new"
  mkdir "$home/.new"
  : >"$home/.new/lock"
  write_job "$home/.new"
  mv "$home/.new" "$job"
}

write_job() {
  part 0 "$script_bytes" | put "$1/script" "$script_bytes"
  printf '%s\n' "$intent_json" | put "$1/intent"
  [ -z "$once" ] || printf '%s %s\n' "$once" "$intent" | put "$1/once"
  if [ -n "$record_name" ]; then
    part "$script_bytes" "$record_bytes" | put "$1/record" "$record_bytes"
    printf '%s\n' "$record_name" | put "$1/record-name"
  fi
}

# Never on a persistent disk, and gone with the last process that has it open.
job_stdin() {
  input=/dev/null
  [ "$stdin_bytes" -gt 0 ] || return 0
  open_memory 5
  part $((script_bytes + record_bytes)) "$stdin_bytes" >&5
  [ "$(bytes_of /proc/self/fd/5)" -eq "$stdin_bytes" ] || die 'the standard input is not whole'
  input=/proc/self/fd/5
}

# A disk that gets full while the job runs must not keep its end from being marked: it would count as lost. Without room the job
# is refused here, where somebody hears why. Not synced: a crash needs no room.
make_room() {
  dd if=/dev/zero of="$job/room" bs="$spare" count=1 status=none || {
    rm -f "$job/room"
    die "no room in $job"
  }
}

# The runner has a session of its own: it survives the connection and the controller. It holds this pipe until the job is
# marked as started, or refused; where it dies before, the pipe ends empty.
start_runner() {
  export run claim intent once record_name deadline input
  said=$(setsid /bin/sh "$0" runner </dev/null 2>"$job/guard-errors" 6>&- &)
  exec 7>&-
  case $said in
    started) answer running reattached "$reattached" ;;
    fenced)
      read_fence
      require_fence
      ;;
    'once '*) answer once-taken job "${said#once }" ;;
  esac
  look_at_lock 0 || answer running reattached "$reattached"
  read_marks
  report
}

# Holds the job's lock from before the first mark until after the last. What it runs has an environment that is the same
# whoever called.
runner() {
  job=$root/runs/$run/jobs/$intent home=$root/runs/$run
  if [ -n "$record_name" ] && ! record_facts; then
    finish "$status" record
    return 0
  fi
  exec 9>>"$root/host/lock"
  flock 9
  read_fence
  if [ "$fence_run" != "$run" ] || [ "$fence_claim" != "$claim" ]; then
    say fenced
    return 0
  fi
  if [ -n "$once" ] && ! take_once; then
    say "once $taken_by"
    return 0
  fi
  printf '%s\n' "$claim" | put "$job/started"
  exec 9>&-
  say started
  run_script
}

# The guard may be gone with its connection. That must not end the runner, and the job must not inherit an ignored signal.
say() {
  trap '' PIPE
  echo "$1" || :
  trap - PIPE
  exec >/dev/null
}

# The first record of a name in a run stands: what a second attempt would find may be the first one's doing.
record_facts() {
  [ ! -e "$home/recorded/$record_name" ] || return 0
  status=0
  env -i PATH="$PATH" LC_ALL=C HOME=/root timeout -k 5 60 /bin/sh -eu "$job/record" \
    </dev/null >"$job/recorded.new" 2>"$job/stderr" 8>&7 7>&- 5>&- || status=$?
  [ "$status" -eq 0 ] || return 1
  durable "$job/recorded.new"
  ln "$job/recorded.new" "$home/recorded/$record_name" 2>/dev/null || [ -e "$home/recorded/$record_name" ]
  rm -f "$job/recorded.new"
  durable "$home/recorded/$record_name"
}

# A hard link is made once, whoever tries; its content says by whom, so that a crash before `started` locks nobody out.
take_once() {
  ln "$job/once" "$home/once/$once" 2>/dev/null || [ -e "$home/once/$once" ] || die "can't take the key once/$once"
  read -r _ taken_by <"$home/once/$once"
  [ "$taken_by" = "$intent" ] || return 1
  durable "$home/once/$once"
}

run_script() {
  status=0 why=''
  began=$(uptime_seconds)
  if [ -e "$job/cancelled" ]; then
    finish 143 cancelled
    return 0
  fi
  : >"$job/stdout" 2>"$job/stderr"
  (
    umask 022
    env -i PATH="$PATH" LC_ALL=C HOME=/root timeout -k 10 "$deadline" /bin/sh -eu "$job/script" \
      <"$input" >"$job/stdout" 2>"$job/stderr" 8>&7 7>&- 5>&-
  ) || status=$?
  # timeout says 124, or 137 where TERM was not enough. So may a script, but not after just this long.
  case $status in
    124 | 137) [ $(($(uptime_seconds) - began)) -lt "$deadline" ] || why=deadline ;;
  esac
  if [ -e "$job/cancelled" ] && [ "$status" -ne 0 ]; then why=cancelled; fi
  finish "$status" "$why"
}

finish() {
  rm -f "$job/room"
  for stream in stdout stderr; do
    [ -e "$job/$stream" ] || : >"$job/$stream"
    durable "$job/$stream"
  done
  printf '%s %s\n' "$1" "$2" | put "$job/exited"
}

uptime_seconds() {
  IFS='. ' read -r seconds _ </proc/uptime
  echo "$seconds"
}

wait_for_job() {
  [ -e "$job/lock" ] || answer no-job
  look_at_lock "$seconds" || answer running
  read_marks
  report
}

# Ends the processes that hold this job's lock (as descriptor 8), and no others: no pid is remembered, none can be mistaken.
# The runner has the lock as descriptor 7, so it lives on and writes the mark.
cancel() {
  lock_fence
  read_fence
  require_fence
  exec 9>&-
  [ -e "$job/lock" ] || answer no-job
  signalled=0 tries=0
  until look_at_lock "$signalled"; do
    [ "$tries" -lt 20 ] || answer running
    [ "$tries" -gt 0 ] || put "$job/cancelled" </dev/null
    if [ "$tries" -lt 10 ]; then signal TERM; else signal KILL; fi
    signalled=1 tries=$((tries + 1))
  done
  read_marks
  report
}

signal() {
  for process in /proc/[0-9]*; do
    [ "$(readlink "$process/fd/8" 2>/dev/null || :)" = "$job/lock" ] || continue
    kill -s "$1" "${process#/proc/}" 2>/dev/null || :
  done
}

# Succeeds where nothing of the job lives, within so many seconds, and keeps it so until the answer.
look_at_lock() {
  exec 4<"$job/lock"
  # Old ones refuse to wait for 0 seconds.
  if [ "$1" -gt 0 ]; then flock -s -w "$1" 4; else flock -s -n 4; fi
}

# Only while the lock is ours: then nobody is about to write a mark.
read_marks() {
  state=prepared exit_status='' ended_by=''
  [ ! -e "$job/started" ] || state=lost
  [ -e "$job/exited" ] || return 0
  state=exited
  read -r exit_status ended_by <"$job/exited"
}

report() {
  recorded=/dev/null
  if [ -e "$job/record-name" ]; then
    read -r name <"$job/record-name"
    [ ! -e "$home/recorded/$name" ] || recorded=$home/recorded/$name
  fi
  # Where it never began, what kept it from that.
  errors=$job/stderr
  [ "$state" != prepared ] || errors=$job/guard-errors
  stdout_bytes=$(tail_bytes "$job/stdout") stderr_bytes=$(tail_bytes "$errors")
  exec 4>&- 7>&- 9>&-
  head_of_answer "$state" exit "$exit_status" ended-by "$ended_by" reattached "${reattached-1}" \
    signalled "${signalled-0}" stdout-bytes "$stdout_bytes" stderr-bytes "$stderr_bytes" recorded-bytes "$(bytes_of "$recorded")"
  [ "$stdout_bytes" -eq 0 ] || tail -c "$stdout_bytes" "$job/stdout"
  [ "$stderr_bytes" -eq 0 ] || tail -c "$stderr_bytes" "$errors"
  cat "$recorded"
  exit 0
}

tail_bytes() {
  [ -e "$1" ] || { echo 0 && return 0; }
  bytes=$(bytes_of "$1")
  if [ "$bytes" -lt "$shown" ]; then echo "$bytes"; else echo "$shown"; fi
}

# ---- requests and answers ----

read_request() {
  run='' claim='' earlier=' ' owner='' database='' since='' phase='' outcome='' by='' reason='' intent='' intent_json='' once=''
  record_name='' deadline=60 seconds=0 script_bytes=0 record_bytes=0 stdin_bytes=0 text_bytes=0
  complete=0
  # `read` takes a pipe byte by byte, so the bytes behind the empty line are left for `receive`.
  while IFS= read -r line; do
    value=${line#* }
    case ${line%% *} in
      '')
        complete=1
        break
        ;;
      run) run=$value ;;
      claim) claim=$value ;;
      earlier) earlier="$earlier$value " ;;
      owner) owner=$value ;;
      database) database=$value ;;
      since) since=$value ;;
      phase) phase=$value ;;
      outcome) outcome=$value ;;
      by) by=$value ;;
      reason) reason=$value ;;
      intent) intent=$value ;;
      intent-json) intent_json=$value ;;
      once) once=$value ;;
      record-name) record_name=$value ;;
      deadline) deadline=$value ;;
      seconds) seconds=$value ;;
      script-bytes) script_bytes=$value ;;
      record-bytes) record_bytes=$value ;;
      stdin-bytes) stdin_bytes=$value ;;
      text-bytes) text_bytes=$value ;;
      *) die "no such line: ${line%% *}" ;;
    esac
  done
  [ "$complete" = 1 ] || answer cut
  for name in "$run" "$claim" "${intent:-none}" "${once:-none}" "${record_name:-none}"; do
    case $name in '' | .* | *[!A-Za-z0-9._@:+,=-]*) die "not a name: $name" ;; esac
  done
  for number in "$deadline" "$seconds" "$script_bytes" "$record_bytes" "$stdin_bytes" "$text_bytes"; do
    case $number in '' | *[!0-9]*) die "not a number: $number" ;; esac
  done
  home=$root/runs/$run job=$root/runs/$run/jobs/$intent
}

# All that was promised, or nothing: kept in memory, without a name, so that no crash leaves it behind.
receive() {
  open_memory 6
  cat >&6
  [ "$(bytes_of /proc/self/fd/6)" -eq "$1" ] || answer cut
}

part() {
  tail -c "+$(($1 + 1))" /proc/self/fd/6 | head -c "$2"
}

open_memory() {
  mkdir -p "$memory"
  [ "$(stat -f -c %T "$memory")" = tmpfs ] || answer no-tmpfs
  box=$(mktemp "$memory/XXXXXXXX")
  case $1 in
    5) exec 5<>"$box" ;;
    6) exec 6<>"$box" ;;
  esac
  rm -f "$box"
}

bytes_of() {
  echo "$(($(wc -c <"$1")))"
}

# FILE [BYTES]: standard input becomes the file, whole and durable, or the name stays as it was.
put() {
  dd of="$1.new" bs=65536 conv=fsync status=none || die "can't write $1.new"
  [ $# -eq 1 ] || [ "$(bytes_of "$1.new")" -eq "$2" ] || die "$1.new is not whole"
  mv -f "$1.new" "$1" || die "can't rename $1.new"
  durable "$1"
}

durable() {
  dd if=/dev/null of="$1" conv=notrunc,fsync status=none || die "can't make $1 durable"
}

# STATE [NAME VALUE]… without a body. Locks go first: whoever reads the answer slowly must not hold anybody up.
answer() {
  exec 4>&- 7>&- 9>&-
  head_of_answer "$@"
  exit 0
}

# FILE STATE: with the file as the body, and who asked.
answer_with() {
  exec 4>&- 7>&- 9>&-
  head_of_answer "$2" run "$run" stdout-bytes "$(bytes_of "$1")"
  cat "$1"
  exit 0
}

head_of_answer() {
  printf 'pawl-guard 1\nstate %s\n' "$1"
  shift
  while [ $# -gt 1 ]; do
    printf '%s %s\n' "$1" "$2"
    shift 2
  done
  echo
}

die() {
  echo "pawl guard: $1" >&2
  exit 70
}

main "$@"
exit
