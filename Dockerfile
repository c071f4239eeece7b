# The image of a worker: `docker build --tag parley-worker .`, then `docker run parley-worker chat`.
FROM python:3.11-slim

WORKDIR /srv/parley
COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY schema schema
COPY parley parley
COPY workers workers

RUN useradd --system worker
USER worker
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PARLEY_HEALTH_PORT=8080

# A list, so that SIGTERM reaches the worker and no shell, and it hands back what it holds.
ENTRYPOINT ["python", "-m", "workers"]
CMD ["all"]
