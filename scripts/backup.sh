#!/bin/sh
# Copies what the bot stores, while it runs. What is copied is sealed: without the data key
# nobody can read it, you neither. The key is never in a backup: keep a copy of it elsewhere.
set -eu
umask 077
export LC_ALL=C # names sort by time

usage='usage: backup.sh [--keep N] sqlite|redis DIRECTORY

Writes hogushi-YYYYMMDDTHHMMSSZ.db or .rdb (UTC) into DIRECTORY, which nobody else may
read, and removes all but the newest N of them (14). The store is named as for the bot:

  sqlite  DATA_DIR. Needs sqlite3.
  redis   REDIS_URL, redis:// or rediss://, its password there or in REDISCLI_AUTH. Needs
          redis-cli. Sentinel: name one server, a replica will do. Cluster: run it for each
          master, each with a DIRECTORY of its own.

Exit: 0 a backup was made and checked, 2 the command line or the environment, 3 failure.'

die() { # CODE TEXT
	printf 'backup.sh: %s\n' "$2" >&2
	exit "$1"
}

need() { # COMMAND PACKAGE
	command -v "$1" >/dev/null || die 2 "$1 is not installed: apt-get install $2"
}

# take makes the copy in the work directory, which is the current one, as $1.
take_sqlite() {
	need sqlite3 sqlite3
	[ -n "${DATA_DIR:-}" ] || die 2 "DATA_DIR: set it as for the bot"
	db=$DATA_DIR/hogushi.db
	case $db in /*) ;; *) db=$start/$db ;; esac
	[ -f "$db" ] || die 2 "DATA_DIR: there is no $db; set it as for the bot"
	# VACUUM INTO reads one snapshot in one transaction: unlike .backup it needn't begin again
	# when serve writes, and free pages stay behind.
	said=$(sqlite3 -batch -bail -init /dev/null "$db" '.timeout 10000' "VACUUM INTO '$1'" 2>&1) ||
		die 3 "copy $db: $said; if it is damaged, keep the older backups and see restore.sh"
	said=$(sqlite3 -batch -bail -init /dev/null "$1" 'PRAGMA integrity_check; SELECT count(*) FROM meta' 2>&1) || :
	[ "$said" = "ok
1" ] || die 3 "check the copy of $db: $said; keep the older backups"
}

take_redis() {
	need redis-cli redis-tools
	tls=
	case ${REDIS_URL:-} in
	redis://*) ;;
	rediss://*) tls=yes ;;
	'') die 2 "REDIS_URL: set it as for the bot" ;;
	*) die 2 "REDIS_URL: name one server, redis://HOST:PORT; see backup.sh --help for Sentinel and Cluster" ;;
	esac
	at=${REDIS_URL#*://}
	at=${at%%[/?]*}
	who=
	case $at in *@*) who=${at%@*} at=${at##*@} ;; esac
	case $at in
	*:*) set -- "$1" -h "${at%:*}" -p "${at##*:}" ;;
	*) set -- "$1" -h "$at" ;;
	esac
	[ -z "$tls" ] || set -- "$@" --tls
	[ -z "${who%%:*}" ] || set -- "$@" --user "${who%%:*}"
	# Everybody on the machine sees a command line, so the password goes by the environment.
	case $who in
	*:?*) if [ -z "${REDISCLI_AUTH:-}" ]; then
		REDISCLI_AUTH=${who#*:}
		case $REDISCLI_AUTH in *%*) die 2 "REDIS_URL: its password is percent-encoded; set REDISCLI_AUTH to the plain one" ;; esac
		export REDISCLI_AUTH
	fi ;;
	esac
	copy=$1
	shift

	said=$(redis-cli "$@" info keyspace 2>&1) || :
	case $said in
	*keys=*) ;;
	*'# Keyspace'*) die 3 "the Redis at $at is empty: is REDIS_URL the bot's?" ;;
	*) die 3 "ask the Redis at $at: $said; see REDIS_URL and its password" ;;
	esac
	# To a file: to stdout redis-cli leaves 40 bytes of the protocol at the end.
	redis-cli "$@" --rdb "$copy" >said 2>&1 ||
		die 3 "copy the Redis at $at: $(tail -n 1 said); the user needs PSYNC and REPLCONF, which a hosted Redis refuses: use its own backups"
	whole "$copy" || die 3 "check the copy of the Redis at $at: $(tail -n 5 said); keep the older backups"
}

# whole says whether a file is an RDB to its end: nine bytes before that stands ff, then the
# checksum. redis-check-rdb knows more, but none newer than itself.
whole() {
	[ "$(head -c 5 "$1")" = REDIS ] || { echo "not an RDB file" >said && return 1; }
	[ "$(tail -c 9 "$1" | od -An -tx1 | cut -c 2-3)" = ff ] || { echo "the file is cut off" >said && return 1; }
	! command -v redis-check-rdb >/dev/null || redis-check-rdb "$1" >said 2>&1 || grep -q "Can't handle RDB format" said
}

keep=14
case ${1:-} in
-h | --help) printf '%s\n' "$usage" && exit ;;
--keep)
	keep=${2:-}
	shift $(($# < 2 ? $# : 2))
	;;
esac
case $keep in '' | *[!0-9]* | 0*) die 2 "--keep: write a number from 1" ;; esac
case $#:${1:-} in
2:sqlite) end=db ;;
2:redis) end=rdb ;;
*) printf '%s\n' "$usage" >&2 && exit 2 ;;
esac

start=$PWD
[ -d "$2" ] || mkdir -p "$2" || die 2 "make a directory for the backups: $2"
to=$(CDPATH='' cd -- "$2" && pwd -P) || die 2 "enter $2: run this as its owner"
# shellcheck disable=SC2012 # a mode in the same form everywhere
mode=$(ls -ld "$to" | cut -c 5-10)
[ "$mode" = ------ ] || die 2 "others may enter $to: run chmod 700 '$to'"
[ ! -e "$to/data.key" ] || die 2 "a data key lies in $to: move it elsewhere; who has both can read everything"

# Nothing has the name of a backup that isn't whole. A kill -9 leaves a work directory behind.
find "$to" -maxdepth 1 -name '.hogushi-??????' -mtime +0 -exec rm -rf {} +
work=$(mktemp -d "$to/.hogushi-XXXXXX") || die 3 "write to $to: see its owner and its space"
trap 'rm -rf "$work"' EXIT
trap 'exit 3' HUP INT TERM
cd "$work"
"take_$1" "copy.$end"

file=$to/hogushi-$(date -u +%Y%m%dT%H%M%SZ).$end
[ ! -e "$file" ] || die 3 "there is a $file already: run this again in a second"
sync
mv "copy.$end" "$file"

set -- "$to"/hogushi-[0-9]???????T??????Z."$end"
while [ $# -gt "$keep" ]; do
	[ "$1" = "$file" ] || rm -- "$1" # the clock may have gone back
	shift
done
printf '%s\n' "$file"
echo "backup.sh: it is worth nothing without the data key, which is not in it: keep a copy of that elsewhere" >&2
