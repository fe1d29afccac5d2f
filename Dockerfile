# Three stages: Node builds the front end, Python installs the locked packages and the product, the last holds what runs.
# The same image is web, media, jobs and migrate: the command says which (config/compose.yaml).

FROM node:22-bookworm-slim AS web
WORKDIR /build/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web/ ./
RUN npm run build

FROM python:3.12-slim-bookworm AS python
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python3 -m venv /opt/livecart
WORKDIR /build
COPY requirements.lock ./
RUN /opt/livecart/bin/pip install --require-hashes --only-binary :all: -r requirements.lock
COPY pyproject.toml README.md ./
COPY livecart/ livecart/
COPY signaling/ signaling/
COPY media/ media/
COPY --from=web /build/livecart/static/ livecart/static/
# hatchling is in the lock, so nothing is fetched here.
RUN /opt/livecart/bin/pip install --no-deps --no-build-isolation --no-index .

FROM python:3.12-slim-bookworm
RUN groupadd --system --gid 10001 livecart \
    && useradd --system --uid 10001 --gid livecart --home-dir /var/lib/livecart --shell /usr/sbin/nologin livecart \
    && install -d -o livecart -g livecart -m 0700 /var/lib/livecart /var/lib/livecart/images
COPY --from=python /opt/livecart /opt/livecart
ENV PATH=/opt/livecart/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LIVECART_DATA=/var/lib/livecart \
    LIVECART_HTTP=0.0.0.0:8080 \
    LIVECART_UDP=8443
WORKDIR /var/lib/livecart
USER livecart
VOLUME /var/lib/livecart
EXPOSE 8080/tcp 8443/udp 8443/tcp
STOPSIGNAL SIGTERM
# For `serve` and `web`; the other parts have no HTTP and switch it off (config/compose.yaml).
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
ENTRYPOINT ["livecart"]
CMD ["serve"]
