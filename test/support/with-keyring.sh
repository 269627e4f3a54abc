#!/bin/sh
# Runs a command in a private session with a real Secret Service (gnome-keyring), unlocked, and ends with its exit
# status. Nothing of the user's own session is touched and nothing stays behind.
#   sh with-keyring.sh [--no-collection | --no-service] COMMAND [ARGUMENT...]
# --no-collection: the keyring has no default collection. --no-service: a session bus on which nobody serves secrets.
# Needs (Debian): dbus gnome-keyring libsecret-1-0 libsecret-tools. Exits 77 when one of them is missing.
set -eu

if [ "${1-}" != --inside ]; then
  for program in dbus-run-session dbus-send gnome-keyring-daemon secret-tool; do
    command -v "$program" >/dev/null || { echo "with-keyring: $program is not installed" >&2; exit 77; }
  done
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  mkdir -m 700 "$folder/run" "$folder/data"
  # A copy has no file capabilities: the original cannot start in a container that lacks CAP_IPC_LOCK.
  cp "$(command -v gnome-keyring-daemon)" "$folder/gnome-keyring-daemon"
  # A bus of its own that can start no services, and so no window that asks for a password.
  cat >"$folder/bus.conf" <<'EOF'
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
EOF
  unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS SECRET_BACKEND
  status=0
  KEYRING_FOLDER=$folder XDG_RUNTIME_DIR=$folder/run XDG_DATA_HOME=$folder/data \
    dbus-run-session --config-file="$folder/bus.conf" -- sh "$0" --inside "$@" || status=$?
  exit "$status"
fi

shift
password=password
case ${1-} in
  --no-service) shift; exec "$@" ;;
  --no-collection) shift; password='' ;; # an empty password makes none
esac

ask_bus() {
  dbus-send --session --print-reply=literal --reply-timeout=2000 --dest=org.freedesktop.DBus \
    /org/freedesktop/DBus org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null
}

printf '%s' "$password" | "$KEYRING_FOLDER/gnome-keyring-daemon" --foreground --unlock --components=secrets \
  >"$KEYRING_FOLDER/log" 2>&1 &
daemon=$!
trap 'kill -CONT "$daemon" 2>/dev/null; kill "$daemon" 2>/dev/null; wait "$daemon" 2>/dev/null || true' EXIT

tries=0
until ask_bus | grep -q 'boolean true'; do
  tries=$((tries + 1))
  if [ "$tries" -gt 200 ] || ! kill -0 "$daemon" 2>/dev/null; then
    echo 'with-keyring: gnome-keyring did not join the bus:' >&2
    cat "$KEYRING_FOLDER/log" >&2
    exit 70
  fi
  sleep 0.05
done
if [ -n "$password" ]; then
  printf canary | secret-tool store --label=canary service with-keyring account canary
  [ "$(secret-tool lookup service with-keyring account canary)" = canary ]
  secret-tool clear service with-keyring account canary
fi

export KEYRING_PID=$daemon
status=0
"$@" || status=$?
exit "$status"
