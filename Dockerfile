# One image for every process; docker-compose.yml says which command each container runs.
# Alone it is the whole product: docker run -p 8000:8000 -v dataops:/data IMAGE

FROM python:3.11-slim AS packages
WORKDIR /app
RUN python -m venv .venv
COPY requirements.txt .
# Every package is a wheel, so no compiler is needed here either.
RUN .venv/bin/pip install --no-cache-dir --only-binary=:all: --require-hashes --no-deps --requirement requirements.txt

FROM python:3.11-slim
RUN useradd --uid 10001 --home-dir /app --shell /usr/sbin/nologin dataops \
 && install --directory --owner dataops --group dataops /data
WORKDIR /app
COPY --from=packages /app/.venv .venv
COPY manage.py .
COPY alerts alerts
COPY dashboard dashboard
COPY dataops dataops
COPY models_registry models_registry
COPY quality quality
COPY locale locale
COPY static static
COPY templates templates
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATAOPS_HOME=/data \
    NUMBA_CACHE_DIR=/data/compiled \
    PORT=8000
USER dataops
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s \
  CMD ["python", "-m", "dataops.web.probe"]
CMD ["python", "-m", "dataops", "--host", "0.0.0.0"]
