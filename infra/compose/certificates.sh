#!/bin/sh
# Certificates for every part of infra/compose, from an authority of our own: certificates.sh FOLDER
#
# The authority is made once; its key stays in FOLDER/authority and is mounted nowhere. Each part gets a folder of its
# own, which is all that its container sees: certificate.pem, key.pem, authority/ca.pem. Run it again to renew them
# all (they last a year), then restart one container after the other.
set -eu
folder=${1:?"say where to: certificates.sh FOLDER"}
authority_days=3650
days=397

umask 077
mkdir -p "$folder/authority"
if [ ! -f "$folder/authority/ca.pem" ]; then
  openssl req -x509 -newkey rsa:2048 -nodes -days "$authority_days" -subj '/CN=Croupier authority' \
    -addext 'basicConstraints=critical,CA:TRUE,pathlen:0' -addext 'keyUsage=critical,keyCertSign,cRLSign' \
    -keyout "$folder/authority/ca.key" -out "$folder/authority/ca.pem" 2>/dev/null
fi

# certificate PART COMMON_NAME KEY HOST...: each host is a name by which others reach the part.
certificate() {
  part=$1 common_name=$2 key=$3 names="DNS:localhost,IP:127.0.0.1"
  shift 3
  for host in "$@"; do names="$names,DNS:$host"; done
  unfinished="$folder/.$part.unfinished"
  rm -rf "$unfinished"
  mkdir -p "$unfinished/authority"
  openssl req -new -newkey $key -nodes -subj "/CN=$common_name" \
    -keyout "$unfinished/key.pem" -out "$unfinished/request.pem" 2>/dev/null
  # For both ends of a connection: nodes of a cluster call each other.
  cat >"$unfinished/extensions" <<EXTENSIONS
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature,keyEncipherment
extendedKeyUsage=serverAuth,clientAuth
subjectAltName=$names
EXTENSIONS
  openssl x509 -req -in "$unfinished/request.pem" -days "$days" -extfile "$unfinished/extensions" \
    -CA "$folder/authority/ca.pem" -CAkey "$folder/authority/ca.key" -CAcreateserial \
    -out "$unfinished/certificate.pem" 2>/dev/null
  rm "$unfinished/request.pem" "$unfinished/extensions"
  cp "$folder/authority/ca.pem" "$unfinished/authority/ca.pem"
  # The containers have mounted the folder: it stays, and only its files are new.
  mkdir -p "$folder/$part/authority"
  mv "$unfinished/authority/ca.pem" "$folder/$part/authority/ca.pem"
  mv "$unfinished/key.pem" "$unfinished/certificate.pem" "$folder/$part/"
  rm -r "$unfinished"
}

rsa='rsa:2048'
curve='ec -pkeyopt ec_paramgen_curve:prime256v1'
# EventStoreDB reads RSA keys only, and takes for one of its nodes whoever shows this common name.
certificate event-store eventstoredb-node "$rsa" event-store event-store-2 event-store-3
certificate nats nats "$curve" nats nats-2 nats-3
certificate postgres postgres "$curve" postgres postgres-replica
for service in command projector ft-bridge query gateway; do
  certificate "$service" "$service" "$curve" "$service"
done
certificate sandbox sandbox "$curve" sandbox psp.localhost
# Who made them as root made them for the containers' user, who owns the folder.
if [ "$(id -u)" = 0 ]; then chown -R "$(stat -c %u:%g "$folder")" "$folder"; fi
echo "certificates: $folder"
