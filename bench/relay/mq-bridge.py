"""Runs one route of mq-bridge; its configuration is a line of JSON on standard input."""

import json
import sys

from mq_bridge import Route

Route.from_config(json.loads(sys.stdin.readline()), "bench").run()
