# Sourced by ./build and ./agent-os. Sets JAVA_HOME to a JDK 25 or newer, downloading one if none is installed.
# Reads the `release` file of each candidate instead of starting it: a JVM start costs more than the whole search.
# AGENTOS_JDK_PATH (colon-separated folders) replaces the usual places, AGENTOS_JDK_URL the download; both serve tests
# and machines without a way out.

agentos_jdk_required=25

# Succeeds if $1 is a JDK (not a JRE) of the required version or newer.
agentos_jdk_suits() {
    local home=$1 line version=
    [ -x "$home/bin/java" ] && [ -x "$home/bin/javac" ] && [ -r "$home/release" ] || return 1
    while IFS= read -r line; do
        case $line in
            JAVA_VERSION=*)
                version=${line#*=}
                version=${version//\"/}
                ;;
        esac
    done <"$home/release"
    version=${version%%[!0-9]*}
    [ -n "$version" ] && [ "$version" -ge "$agentos_jdk_required" ]
}

agentos_jdk_cache() {
    printf '%s\n' "${AGENTOS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/agentos}"
}

# Prints the first suitable JDK, or nothing.
agentos_jdk_find() {
    local candidate
    local -a candidates=()
    if [ -n "${AGENTOS_JDK_PATH+set}" ]; then
        IFS=: read -r -a candidates <<<"$AGENTOS_JDK_PATH"
    else
        candidates=(
            "${JAVA_HOME:-}" "${JDK_HOME:-}"
            /usr/lib/jvm/* /usr/java/* /usr/local/java/* /usr/local/openjdk* /opt/java/* /opt/jdk* /opt/*jdk*
            "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* "$HOME"/.jdks/* "$HOME"/.gradle/jdks/* "$HOME"/.jenv/versions/*
            "$HOME"/.local/share/mise/installs/java/* "$HOME"/.asdf/installs/java/*
            /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home
            /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
            "$(agentos_jdk_on_path)"
        )
    fi
    candidates+=("$(agentos_jdk_cache)"/jdk/*)
    for candidate in "${candidates[@]}"; do
        if [ -n "$candidate" ] && agentos_jdk_suits "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
    done
}

# Home of the javac on PATH, its links resolved.
agentos_jdk_on_path() {
    local javac
    javac=$(command -v javac) || return 0
    javac=$(readlink -f "$javac" 2>/dev/null) || return 0
    printf '%s\n' "${javac%/bin/javac}"
}

# Writes what is at URL $1 to file $2.
agentos_fetch() {
    if command -v curl >/dev/null; then
        curl --fail --silent --show-error --location --connect-timeout 20 --retry 2 --output "$2" "$1"
    elif command -v wget >/dev/null; then
        wget --quiet --timeout=20 --tries=3 --output-document="$2" "$1"
    else
        echo "Neither curl nor wget is installed: cannot download $1" >&2
        return 1
    fi
}

# Prints the hexadecimal digest of file $2 by algorithm $1 (256 or 512).
agentos_digest() {
    if command -v "sha$1sum" >/dev/null; then
        "sha$1sum" "$2" | cut -d' ' -f1
    else
        shasum -a "$1" "$2" | cut -d' ' -f1
    fi
}

# Prints the address of the newest Temurin archive for this machine, as its publisher lists it.
agentos_jdk_address() {
    local os=linux arch=x64 listing
    case $(uname -s) in Darwin) os=mac ;; esac
    case $(uname -m) in arm64 | aarch64) arch=aarch64 ;; esac
    listing=$(mktemp) || return 1
    agentos_fetch "https://api.adoptium.net/v3/assets/latest/$agentos_jdk_required/hotspot?image_type=jdk&vendor=eclipse&os=$os&architecture=$arch" "$listing" &&
        tr -d '\n' <"$listing" | grep -o '"package": *{[^}]*}' | sed -n 's/.*"link": *"\([^"]*\)".*/\1/p' | head -n 1
    rm -f "$listing"
}

# Downloads Temurin into the user's cache and prints its home. Beside the archive lies its checksum, `.sha256.txt`.
agentos_jdk_download() {
    local url cache folder home
    url=${AGENTOS_JDK_URL:-$(agentos_jdk_address)}
    if [ -z "$url" ]; then
        echo "Found no address to download a JDK from." >&2
        return 1
    fi
    cache=$(agentos_jdk_cache)/jdk
    mkdir -p "$cache" && folder=$(mktemp -d "$cache/.download.XXXXXX") || return 1
    if home=$(agentos_jdk_unpack "$url" "$folder") && agentos_jdk_suits "$home"; then
        # Another build may have been faster; then its copy is as good as this one.
        [ -e "$cache/temurin-$agentos_jdk_required" ] || mv "$home" "$cache/temurin-$agentos_jdk_required"
        home=$cache/temurin-$agentos_jdk_required
    else
        home=
        echo "What $url served is not a JDK $agentos_jdk_required or newer with the published checksum." >&2
    fi
    rm -rf "$folder"
    [ -n "$home" ] && printf '%s\n' "$home"
}

# Fetches archive $1 into folder $2, checks it, unpacks it there and prints the JDK's home within.
agentos_jdk_unpack() {
    local expected javac
    agentos_fetch "$1" "$2/jdk.tar.gz" && agentos_fetch "$1.sha256.txt" "$2/jdk.sha256" || return 1
    read -r expected _ <"$2/jdk.sha256"
    if [ "$expected" != "$(agentos_digest 256 "$2/jdk.tar.gz")" ]; then
        echo "Checksum of $1 differs from the published one." >&2
        return 1
    fi
    mkdir "$2/unpacked" && tar -xzf "$2/jdk.tar.gz" -C "$2/unpacked" || return 1
    javac=$(find "$2/unpacked" -path '*/bin/javac' | head -n 1)
    [ -n "$javac" ] && printf '%s\n' "${javac%/bin/javac}"
}

# The whole search. Everything it says goes to standard error.
agentos_jdk_require() {
    local home
    home=$(agentos_jdk_find)
    if [ -z "$home" ]; then
        echo "No JDK $agentos_jdk_required or newer found on this machine: downloading Eclipse Temurin into $(agentos_jdk_cache)" >&2
        if ! home=$(agentos_jdk_download); then
            echo "Install a JDK $agentos_jdk_required or newer, or set JAVA_HOME to one, and try again." >&2
            return 1
        fi
    fi
    export JAVA_HOME=$home
}
