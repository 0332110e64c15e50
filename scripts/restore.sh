#!/bin/sh
# Puts a backup of backup.sh back, for a bot that is stopped. Nothing is removed: what was
# there is moved aside.
set -eu
umask 077

# shellcheck disable=SC2016 # the backticks are meant
usage='usage: restore.sh [--force] sqlite BACKUP DATA_DIR
       restore.sh [--force] redis BACKUP REDIS_DIR

Stop serve first, for Redis its server as well. Run this as the owner of the directory, or
as root. --force moves aside what is there.

  sqlite  puts hogushi.db into DATA_DIR. Needs sqlite3.
  redis   puts dump.rdb into the directory of the server (`redis-cli config get dir`), and an
          append-only file: with appendonly yes, Redis would not look at dump.rdb and start
          empty. So either setting will do. If REDIS_URL is set, its server must not answer.

Exit: 0 restored, 2 the command line or the environment, 3 failure; nothing was changed unless
it says so.'

die() { # CODE TEXT
	printf 'restore.sh: %s\n' "$2" >&2
	exit "$1"
}

there() { die 3 "$1 is there: --force moves it aside"; }

# opened says whether a process has this file or directory, also one in a container.
opened() { # /proc/PID PATH
	for link in "$1"/cwd "$1"/fd/*; do
		# shellcheck disable=SC3013 # dash, bash and busybox know -ef
		[ ! "$link" -ef "$2" ] || return 0
	done
	return 1
}

restore_sqlite() {
	command -v sqlite3 >/dev/null || die 2 "sqlite3 is not installed: apt-get install sqlite3"
	db=$dir/hogushi.db
	old=
	for f in "$db" "$db-wal" "$db-shm" "$db-journal"; do
		[ ! -e "$f" ] || old=$f
	done
	[ -z "$old" ] || [ -n "$force" ] || there "$old"

	cp -- "$backup" "$work/hogushi.db"
	said=$(sqlite3 -batch -bail -init /dev/null "$work/hogushi.db" 'PRAGMA integrity_check; SELECT count(*) FROM meta' 2>&1) || :
	[ "$said" = "ok
1" ] || die 3 "$backup is damaged, or no backup of hogushi's: $said; take an older one"

	if [ -f "$db" ]; then
		# SQLite leaves write-ahead mode only when nobody else has the file open; the file
		# that is moved aside then holds everything by itself.
		case $(sqlite3 -batch -bail -init /dev/null "$db" 'PRAGMA journal_mode = DELETE' 2>&1) in
		delete) ;;
		*locked*) die 3 "$db is in use: stop serve first" ;;
		*) for p in /proc/[0-9]*; do # damaged
			! opened "$p" "$db" || die 3 "$db is in use by process ${p#/proc/}: stop it first"
		done ;;
		esac
	fi
	changing=yes
	for f in "" -wal -shm -journal; do # one that is left would be taken for the new file's
		[ ! -e "$db$f" ] || mv -- "$db$f" "$db.$aside$f"
	done
	settle hogushi.db
	kept=${old:+"$db.$aside"}
	next="start serve"
}

restore_redis() {
	whole "$backup" || die 3 "$backup is damaged, or no RDB file: take an older one"

	for p in /proc/[0-9]*; do
		case $(cat "$p/comm" 2>/dev/null) in
		*-server) ! opened "$p" "$dir" || die 3 "the server of $dir runs (process ${p#/proc/}): stop it first, it would write over what is restored" ;;
		esac
	done
	case ${REDIS_URL:-} in redis://* | rediss://*)
		command -v redis-cli >/dev/null || die 2 "redis-cli is not installed: apt-get install redis-tools, or unset REDIS_URL"
		at=${REDIS_URL#*://}
		at=${at%%[/?]*}
		at=${at##*@}
		case $at in *:*) port=${at##*:} ;; *) port=6379 ;; esac
		# It needn't know the password: to be refused is an answer, too.
		case $(timeout 30 redis-cli -h "${at%:*}" -p "$port" ping 2>&1) in
		*'Could not connect'*) ;;
		*) die 3 "the Redis at $at answers: stop it first, or unset REDIS_URL if $dir is not its directory" ;;
		esac
		;;
	esac

	# Both names are settings of the server; where it has run, its manifest tells them.
	name=appendonly.aof
	for f in "$dir"/*/*.manifest; do
		[ ! -e "$f" ] || name=$(basename "$f" .manifest)
	done
	set -- "$dir/dump.rdb" "$dir/$name"
	for f in "$dir"/*/*.manifest; do
		set -- "$@" "$(dirname "$f")"
	done
	old=
	for f; do
		[ ! -e "$f" ] || old=$f
	done
	[ -z "$old" ] || [ -n "$force" ] || there "$old"

	# A file before the append-only directories of Redis 7 is taken over into one by a newer
	# server, and may begin with an RDB: so this is right for any server since Redis 4.
	cp -- "$backup" "$work/dump.rdb"
	cp -- "$backup" "$work/$name"
	if [ -n "$old" ]; then
		kept=$dir/$aside
		changing=yes
		mkdir "$kept"
		for f; do
			[ ! -e "$f" ] || mv -- "$f" "$kept/"
		done
	fi
	settle "$name" dump.rdb
	next="start Redis, with appendonly yes or no, then serve"
}

# whole is that of backup.sh.
whole() {
	[ "$(head -c 5 "$1")" = REDIS ] || return 1
	[ "$(tail -c 9 "$1" | od -An -tx1 | cut -c 2-3)" = ff ] || return 1
	! command -v redis-check-rdb >/dev/null || redis-check-rdb "$1" >"$work/said" 2>&1 || grep -q "Can't handle RDB format" "$work/said"
}

# settle moves files to their place, for the owner of the directory.
settle() {
	changing=yes
	for f; do
		[ "$(id -u)" != 0 ] || chown "$owner" "$work/$f"
	done
	sync
	for f; do
		mv -- "$work/$f" "$dir/$f"
	done
	sync
}

force=
case ${1:-} in
-h | --help) printf '%s\n' "$usage" && exit ;;
--force) force=yes && shift ;;
esac
case $#:${1:-} in
3:sqlite | 3:redis) ;;
*) printf '%s\n' "$usage" >&2 && exit 2 ;;
esac
backup=$2
if [ ! -f "$backup" ] || [ ! -r "$backup" ]; then die 2 "there is no file $backup that can be read: name a backup"; fi
[ -d "$3" ] || die 2 "there is no directory $3: make it, for the user that the server runs as"
dir=$(CDPATH='' cd -- "$3" && pwd -P) || die 2 "enter $3: run this as its owner, or as root"
# shellcheck disable=SC2012 # stat is another one everywhere
owner=$(ls -ldn "$dir" | awk '{ print $3 ":" $4 }')
# Nobody else sees which files its processes have open.
case $(id -u) in 0 | "${owner%:*}") ;; *) die 2 "$dir belongs to user ${owner%:*}: run this as that user, or as root" ;; esac

work=$(mktemp -d "$dir/.hogushi-XXXXXX") || die 3 "write to $dir: see its space"
ended() {
	rm -rf "$work"
	[ -z "$changing" ] || die 3 "stopped halfway: start no server on $dir; run this again with --force. What was there: $dir/*$aside*"
}
changing=
aside=before-restore-$(date -u +%Y%m%dT%H%M%SZ)
trap ended EXIT
trap 'exit 3' HUP INT TERM
for f in "$dir"/*"$aside"*; do
	[ ! -e "$f" ] || die 3 "there is a $f already: run this again in a second"
done
kept=
"restore_$1"
changing=
printf 'restored: %s\nnow %s, with the data key of that time, and see "hogushi leads list"\n' "$dir" "$next"
[ -z "$kept" ] || printf 'what was there is now %s: remove it when all is well\n' "$kept"
