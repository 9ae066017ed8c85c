"""Serves graphite-web, as Debian has it, over Whisper files in a folder: PORT FOLDER POINTS, which are {path: [[time, value]]}."""

import json
import os
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

port, folder, points = int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])

with open(os.path.join(folder, "gates_settings.py"), "w") as settings:
    settings.write(
        f"""
STORAGE_DIR = WHISPER_DIR = {folder + "/whisper"!r}
LOG_DIR = INDEX_DIR = {folder!r}
INDEX_FILE = {folder + "/index"!r}
SECRET_KEY = "of a test"
ALLOWED_HOSTS = ["*"]
CARBONLINK_HOSTS = []
FUNCTION_PLUGINS = []
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": {folder + "/graphite.db"!r}}}}}
"""
    )
sys.path.insert(0, folder)
os.environ["DJANGO_SETTINGS_MODULE"] = "graphite.settings"
os.environ["GRAPHITE_SETTINGS_MODULE"] = "gates_settings"

import whisper  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

for path, values in points.items():
    file = os.path.join(folder, "whisper", *path.split(".")) + ".wsp"
    os.makedirs(os.path.dirname(file), exist_ok=True)
    # A point a minute, for a day.
    whisper.create(file, [(60, 1440)])
    whisper.update_many(file, [tuple(point) for point in values])


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


server = make_server("127.0.0.1", port, get_wsgi_application(), handler_class=Quiet)
print("listening", flush=True)
server.serve_forever()
