# One image for each Python service: docker build --build-arg SERVICE=user-service .
# Each holds only what its own service declares.

FROM python:3.13-slim AS build
WORKDIR /build
COPY requirements-uv.lock ./
RUN python -m venv /tools && /tools/bin/pip install --no-cache-dir --require-hashes -r requirements-uv.lock
ARG SERVICE
COPY ${SERVICE}/requirements.lock ./
RUN python -m venv --without-pip /venv \
 && /tools/bin/uv pip install --no-cache --compile-bytecode --python /venv/bin/python --require-hashes -r requirements.lock

FROM python:3.13-slim
RUN useradd --system --no-create-home --uid 10001 service
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0
WORKDIR /app
COPY libs/contracts/contracts contracts
COPY libs/chassis/chassis chassis
ARG SERVICE
ENV SERVICE=${SERVICE}
COPY ${SERVICE} .
USER service
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=4 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health', timeout=3)"]
# A package is named as its folder, with an underscore: user-service holds user_service.
# Compose gives libs/stores, which runs once, a command of its own.
CMD ["sh", "-c", "exec python -m \"$(echo \"$SERVICE\" | tr - _)\""]
