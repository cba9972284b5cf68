# syntax=docker/dockerfile:1
# Taskly's image: the locked requirements in an environment of their own, the code, and a user
# that owns neither.

FROM python:3.13-slim AS requirements
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/taskly
COPY requirements/base.txt /tmp/base.txt
RUN /opt/taskly/bin/pip install --require-hashes --requirement /tmp/base.txt

FROM python:3.13-slim
ENV PATH=/opt/taskly/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    TASKLY_HOME=/var/lib/taskly
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/taskly --create-home taskly
WORKDIR /srv/taskly
COPY --from=requirements /opt/taskly /opt/taskly
COPY . .
# The keys that this step makes for itself stay in a folder that the image doesn't keep.
RUN TASKLY_HOME=/tmp/build python manage.py collectstatic --no-input --if-changed && rm -rf /tmp/build
USER taskly
VOLUME /var/lib/taskly
EXPOSE 8000
ENV HOST=0.0.0.0 PORT=8000
HEALTHCHECK --interval=10s --timeout=10s --start-period=30s --retries=6 \
    CMD ["python", "-m", "config.healthcheck"]
CMD ["python", "-m", "config.serve"]
