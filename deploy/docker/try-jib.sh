#!/usr/bin/env bash
# Builds both images by Jib without a registry, twice, on a base made here of the JDK at hand, and looks into them: that
# they never differ, whose user runs what where, that nothing in them is writable or secret. Root on Linux also runs the
# gateway's image: in a root folder of its own that is only read, as its user, with no other right.
#
#   deploy/docker/try-jib.sh [folder for what is made]
#
# Needs a JDK 25 with jlink at JAVA_HOME, and a while. The base is for this trial only: Java and the C library it links to.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
work=${1:-$root/target/try-jib}
jdk=${JAVA_HOME:?says where a JDK 25 is}
user=10001

fail() {
  echo "$1" >&2
  exit 1
}

sha256() {
  sha256sum "$1" | cut -d' ' -f1
}

make_base() {
  local files=$work/base
  mkdir -p "$files"/{opt/java,lib64,tmp,proc}
  chmod 1777 "$files/tmp"
  "$jdk/bin/jlink" --add-modules java.se,jdk.unsupported,jdk.crypto.ec,jdk.management,jdk.net,jdk.naming.dns,jdk.zipfs,jdk.security.auth \
    --strip-debug --no-header-files --no-man-pages --output "$files/opt/java/openjdk"
  find "$files/opt" -type f \( -name '*.so' -o -path '*/bin/java' \) -exec ldd {} + 2>/dev/null \
    | grep -o ' /\(usr/\)\?lib[^ ]*' | sort -u | xargs -I{} cp -L --parents {} "$files/"
  cp -L /lib64/ld-linux-*.so.* "$files/lib64/"
  # As docker save would write it.
  mkdir "$work/saved"
  tar --sort=name --mtime=@1 --owner=0 --group=0 --numeric-owner -C "$files" -cf "$work/saved/layer.tar" .
  printf '{"architecture":"amd64","os":"linux","created":"1970-01-01T00:00:01Z","config":{"Env":["PATH=/opt/java/openjdk/bin"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{}]}' \
    "$(sha256 "$work/saved/layer.tar")" >"$work/saved/config.json"
  printf '[{"Config":"config.json","RepoTags":["base:trial"],"Layers":["layer.tar"]}]' >"$work/saved/manifest.json"
  tar -C "$work/saved" -cf "$work/base.tar" config.json layer.tar manifest.json
}

build() { # name of this build
  (cd "$root" && ./mvnw -q -B -DskipTests -pl gateway,relay-worker -am package jib:buildTar "-Djib.from.image=tar://$work/base.tar")
  for tier in gateway relay-worker; do
    mv "$root/$tier/target/jib-image.tar" "$work/$tier-$1.tar"
  done
}

look_into() { # tier, its main class
  local image=$work/$1 layer
  mkdir -p "$image/saved" "$image/root"
  tar -C "$image/saved" -xf "$work/$1-one.tar"
  local config=$image/saved/config.json
  grep -q "\"User\":\"$user:$user\"" "$config" || fail "$1: another user"
  grep -q '"WorkingDir":"/app"' "$config" || fail "$1: another folder"
  grep -q "\"Entrypoint\":\[\"java\",.*\"$2\"\]" "$config" || fail "$1: another entry point"
  ! grep -qiE 'password|pepper|secret=|api.?key' "$config" || fail "$1: a secret"
  grep -o '[0-9a-f]*\.tar\.gz' "$image/saved/manifest.json" | while read -r layer; do
    tar --warning=no-unknown-keyword -tvzf "$image/saved/$layer" --numeric-owner >>"$image/files"
    tar --warning=no-unknown-keyword -xzf "$image/saved/$layer" -C "$image/root"
  done
  ! awk '$2 != "0/0"' "$image/files" | grep . || fail "$1: files of another owner than root"
  ! grep -E '^[^l].{7}w' "$image/files" | grep -v ' \./tmp/$' || fail "$1: files that everybody may write"
  echo "$1: $(grep -o '[0-9a-f]*\.tar\.gz' "$image/saved/manifest.json" | wc -l) layers, $(($(stat -c %s "$work/$1-one.tar") >> 20)) MiB, as it should be"
}

run() {
  local files=$work/gateway/root
  mkdir -p "$files/proc" "$files/dev"
  unshare --mount sh -c '
    files=$1
    mount --bind "$files" "$files" && mount --rbind /dev "$files/dev" && mount -t proc proc "$files/proc" \
      && mount -t tmpfs -o mode=1777 tmpfs "$files/tmp" && mount -o remount,bind,ro "$files" \
      && exec chroot --userspec=10001:10001 "$files" /opt/java/openjdk/bin/java -XX:MaxRAM=512m \
        -cp @/app/jib-classpath-file io.streamrelay.gateway.GatewayApplication doctor --help' sh "$files" >"$work/said"
  grep -q 'doctor' "$work/said" || fail "the gateway's image said: $(cat "$work/said")"
  echo "gateway: runs as $user on a root that is only read"
}

rm -rf "$work"
mkdir -p "$work"
make_base
build one
build two
for tier in gateway relay-worker; do
  cmp "$work/$tier-one.tar" "$work/$tier-two.tar" || fail "$tier: two builds differ"
  echo "$tier: sha256:$(sha256 "$work/$tier-one.tar") both times"
done
look_into gateway io.streamrelay.gateway.GatewayApplication
look_into relay-worker io.streamrelay.worker.WorkerApplication
if [[ $EUID -eq 0 ]]; then run; else echo "Not run: that wants root."; fi
