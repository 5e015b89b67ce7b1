#!/usr/bin/env bash
# Records nginx.log.zst: the access log, in the format `combined`, of an nginx with a generated site and generated visitors.
#
# nginx.py writes the site (pages with images, downloads, films; new pages as time goes on) and visits it: people with
# browsers that keep and revalidate, a crawler, a checker of links, a monitor, a reader of the feed.
#
# Needs: nginx, python3, zstd (Debian: apt-get install nginx-light python3 zstd); no root; 600 MB in $TMPDIR.
# Usage: bash nginx.sh OUTPUT.log.zst [SECONDS]
set -euo pipefail

output=$(realpath -m "${1:?usage: nginx.sh OUTPUT.log.zst [SECONDS]}")
seconds=${2:-180}
port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
server=
trap 'if [ "$server" ]; then kill "$server" 2>/dev/null || :; wait "$server" || :; fi; rm -rf "$work"' EXIT

mkdir "$work/site"
# Documents expire within seconds since a day of the visitors is three minutes: a page is asked about at each visit, an image
# after a while, a style seldom, a font once.
cat > "$work/nginx.conf" <<CONF
worker_processes 2;
daemon off;
pid $work/pid;
error_log $work/error.log;
events { worker_connections 1024; }
http {
    types { text/html html; text/css css; text/javascript js; image/png png; image/jpeg jpg; video/webm webm; }
    access_log $work/access.log combined;
    client_body_temp_path $work/body;
    proxy_temp_path $work/proxy;
    fastcgi_temp_path $work/fastcgi;
    uwsgi_temp_path $work/uwsgi;
    scgi_temp_path $work/scgi;
    sendfile on;
    absolute_redirect off;
    server {
        listen 127.0.0.1:$port;
        root $work/site;
        location / { expires epoch; }
        location /img/ { expires 20s; }
        location ~ ^/(css|js)/ { expires 60s; }
        location ~ ^/(font|get|favicon) { expires 1h; }
        location = /note { return 204; }
    }
}
CONF
# Workers that root starts would be somebody else, who cannot read the folder.
if [ "$(id -u)" = 0 ]; then echo 'user root;' >> "$work/nginx.conf"; fi
TZ=UTC nginx -e "$work/error.log" -p "$work" -c "$work/nginx.conf" &
server=$!
until [ -s "$work/pid" ]; do
    kill -0 "$server"
    sleep 0.1
done

python3 -B "$here/nginx.py" "$work/site" "$port" "$seconds"

# With SIGQUIT it ends what is under way, and logs it.
kill -QUIT "$server"
wait "$server"
server=
zstd -19 --quiet --force "$work/access.log" -o "$output"
