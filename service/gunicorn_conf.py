"""How gunicorn serves the application. In production a buffering proxy keeps slow clients off its threads."""

from __future__ import annotations

import sys

from service.settings import Settings, SettingsError

try:
    _settings = Settings.read()
except SettingsError as error:
    sys.exit(str(error))  # one line, where gunicorn would print the whole stack

bind = f"0.0.0.0:{_settings.port}"
workers = _settings.workers
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 30
keepalive = 5
limit_request_line = 8190  # the most it can: what the longest question needs
limit_request_fields = 64
control_socket_disable = True
accesslog = None
errorlog = "-"
